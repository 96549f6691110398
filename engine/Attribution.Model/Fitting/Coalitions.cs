namespace Attribution.Model.Fitting;

/// <summary>
/// Paths reduced to the sets of their channels, equal sets summed: all that a Shapley value sees of them
/// where order does not count. Immutable.
/// </summary>
internal sealed class Coalitions
{
    private readonly ChannelPaths _sets = new();

    public Coalitions(ChannelPaths paths)
    {
        // Channels get their place in ordinal order as their id, so that a set has one spelling.
        foreach (string channel in paths.Channels)
            _sets.Intern(channel);
        int[] ranks = paths.Ranks();
        var set = new ushort[ChannelPaths.MaxSteps];
        for (int at = 0; at < paths.Count; at++)
        {
            int count = 0;
            foreach (ushort id in paths.Steps(at))
            {
                var channel = (ushort)ranks[id];
                if (!set.AsSpan(0, count).Contains(channel))
                    set[count++] = channel;
            }

            set.AsSpan(0, count).Sort();
            _sets.Add(set.AsSpan(0, count), paths.SumsOf(at));
        }
    }

    public int Count => _sets.Count;

    /// <summary>Places of channels in ordinal order, ascending.</summary>
    public ReadOnlySpan<ushort> Members(int set) => _sets.Steps(set);

    public ref readonly ChannelPaths.Sums Sums(int set) => ref _sets.SumsOf(set);
}
