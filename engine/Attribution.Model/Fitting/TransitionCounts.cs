using System.Runtime.InteropServices;

namespace Attribution.Model.Fitting;

/// <summary>
/// Counts how often each state of a Markov chain follows another, in whole numbers. A state is its last
/// channels, packed into 64 bits: 16 bits each, the newest lowest, as the channel's place in ordinal order +
/// 1; so 0 is the start, and the order of the packed numbers is the canonical order of the states. Owned by
/// one fit.
/// </summary>
internal sealed class TransitionCounts
{
    /// <summary>States at most; 30 channels have 837,931 of order 4.</summary>
    public const int MaxStates = 2_000_000;

    public const int LaneBits = 16;

    private readonly ulong _mask;
    private readonly Dictionary<ulong, int> _stateOfKey = [];
    private readonly List<ulong> _keys = [];
    private readonly List<ChannelPaths.Sums> _ends = [];
    private readonly Dictionary<ulong, Edge> _edges = [];

    private TransitionCounts(int order)
    {
        _mask = order == 4 ? ulong.MaxValue : (1UL << (LaneBits * order)) - 1;
        StateOf(0);
    }

    public int StateCount => _keys.Count;

    /// <param name="paths">What is counted.</param>
    /// <param name="order">How many channels a state remembers, 1 to 4.</param>
    public static TransitionCounts Of(ChannelPaths paths, int order)
    {
        var counts = new TransitionCounts(order);
        int[] ranks = paths.Ranks();
        for (int at = 0; at < paths.Count; at++)
            counts.Count(paths.Steps(at), ranks, paths.SumsOf(at));
        return counts;
    }

    /// <summary>The chain in canonical order; what was counted in which order leaves no trace in
    /// it.</summary>
    public AbsorbingChain ToChain()
    {
        ulong[] keys = [.. _keys];
        int[] states = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, states);
        var canonical = new int[keys.Length];
        for (int i = 0; i < states.Length; i++)
            canonical[states[i]] = i;

        // A row's targets stand in the order of their newest channel, which is the order of the states, too.
        var places = new ulong[_edges.Count];
        var edges = new Edge[places.Length];
        int at = 0;
        foreach (Edge edge in _edges.Values)
        {
            ulong place = edge.Place;
            places[at] = ((ulong)canonical[place >> LaneBits] << LaneBits) | (place & ushort.MaxValue);
            edges[at++] = edge;
        }

        Array.Sort(places, edges);
        var chain = new AbsorbingChain(keys, places.Length);
        for (int i = 0; i < edges.Length; i++)
            chain.SetEdge(i, (int)(places[i] >> LaneBits), canonical[edges[i].Target], edges[i].Count);
        for (int i = 0; i < states.Length; i++)
            chain.SetEnds(i, _ends[states[i]].Conversions, _ends[states[i]].Nulls);
        chain.Normalise();
        return chain;
    }

    private void Count(ReadOnlySpan<ushort> path, int[] ranks, in ChannelPaths.Sums sums)
    {
        long journeys = sums.Journeys;
        int state = 0;
        foreach (ushort id in path)
        {
            uint lane = (uint)ranks[id] + 1;
            ulong place = ((ulong)state << LaneBits) | lane;
            ref Edge edge =
                ref CollectionsMarshal.GetValueRefOrAddDefault(_edges, Spread(place), out bool isKnown);
            if (!isKnown)
            {
                edge.Place = place;
                edge.Target = StateOf(((_keys[state] << LaneBits) | lane) & _mask);
            }

            edge.Count = checked(edge.Count + journeys);
            state = edge.Target;
        }

        CollectionsMarshal.AsSpan(_ends)[state].Add(sums);
    }

    private int StateOf(ulong key)
    {
        if (_stateOfKey.TryGetValue(Spread(key), out int state))
            return state;
        if (_keys.Count == MaxStates)
            throw new FitException(
                $"The chain has more than {MaxStates} states: fit a lower order, or make the paths simpler "
                + "with the transform exposure or first.");

        state = _keys.Count;
        _keys.Add(key);
        _ends.Add(default);
        _stateOfKey.Add(Spread(key), state);
        return state;
    }

    /// <summary>
    /// Another number for each: a hash table folds a ulong's halves onto each other, and those of packed
    /// channels are so alike that 837,931 states would share 1,024 hashes.
    /// </summary>
    private static ulong Spread(ulong key) => key * 0x9e3779b97f4a7c15;

    private struct Edge
    {
        /// <summary>The state, and the newest channel of the one that follows.</summary>
        public ulong Place;
        public long Count;
        public int Target;
    }
}
