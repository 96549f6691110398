using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Journeys;

namespace Attribution.Model.Channels;

/// <summary>
/// Resolves a touch to a channel, without allocating: a config's own rules first, then its grouping's.
/// Owned by one thread; not thread-safe.
/// </summary>
internal sealed class ChannelRules
{
    private readonly ConditionList _own;
    private readonly ushort[] _ownChannels;
    private readonly bool _hasGrouping;

    public ChannelRules(ChannelConfig config)
    {
        _own = new ConditionList(config.Rules.Select(rule => rule.When));
        _ownChannels = [.. config.Rules.Select(rule => (ushort)config.Names.ToList().IndexOf(rule.Channel))];
        _hasGrouping = config.HasGa4;
    }

    /// <summary>The touch's channel as an index into the config's channels.</summary>
    public ushort Resolve(in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        int rule = _own.Find(record, eventBytes, context);
        if (rule >= 0)
            return _ownChannels[rule];
        if (!_hasGrouping)
            return Ga4Channels.Unassigned;

        // Only a visit can be direct; a click or view that says nothing of its origin has one all the same.
        ushort channel = context.Traffic.ToChannel();
        return channel == Ga4Channels.Direct && context.Kind != TouchKind.Visit
            ? Ga4Channels.Unassigned
            : channel;
    }
}
