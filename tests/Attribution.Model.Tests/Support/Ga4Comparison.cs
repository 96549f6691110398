using Attribution.Model.Channels;
using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// The channel grouping in both its forms: as it is compiled, and as the rules of <c>ga4.json</c>. Stateless.
/// </summary>
internal static class Ga4Comparison
{
    private static readonly ChannelRules Compiled = new(new ChannelConfig());

    private static readonly ConditionList Rules = new(Ga4Channels.Rules.Select(rule => rule.When));

    /// <summary>The channel, which is the same in both forms.</summary>
    public static string Resolve(EventSample sample, TouchKind kind)
    {
        Span<byte> room = stackalloc byte[TrafficSource.RoomBytes];
        var context = new ConditionContext(kind, ConditionSample.Traffic(sample, room));
        int channel = Compiled.Resolve(sample.Record, sample.Bytes, context);
        int rule = Rules.Find(sample.Record, sample.Bytes, context);

        Assert.Equal(rule < 0 ? "Unassigned" : Ga4Channels.Rules[rule].Channel, Ga4Channels.Names[channel]);
        return Ga4Channels.Names[channel];
    }
}
