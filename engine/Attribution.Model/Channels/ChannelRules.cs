using Attribution.Model.Conditions;
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

    /// <param name="own">The config's own rules, in order.</param>
    /// <param name="channels">Names, of which a channel's number is the index.</param>
    /// <param name="hasGrouping">False where what no own rule names is unassigned.</param>
    public ChannelRules(
        IReadOnlyList<ChannelRule> own, IReadOnlyList<string> channels, bool hasGrouping)
    {
        _own = new ConditionList(own.Select(rule => rule.When));
        _ownChannels = [.. own.Select(rule => IndexOf(channels, rule.Channel))];
        _hasGrouping = hasGrouping;
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

    private static ushort IndexOf(IReadOnlyList<string> channels, string name)
    {
        for (int i = 0; i < channels.Count; i++)
        {
            if (channels[i] == name)
                return (ushort)i;
        }

        throw new ArgumentException($"'{name}' is no channel of the config.", nameof(channels));
    }
}
