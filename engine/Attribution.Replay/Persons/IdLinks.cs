using Attribution.Model.Identity;

namespace Attribution.Replay.Persons;

/// <summary>
/// Pairs of id hashes that are one person's, in the order in which they count, until the size of their graph
/// is known. Owned by one thread.
/// </summary>
internal sealed class IdLinks
{
    private const int SmallestGraph = 1024;

    // 16 bytes a link; a graph beside it takes 64 for each.
    private readonly List<(ulong A, ulong B)> _links = [];

    public int Count => _links.Count;

    public void Add(ulong a, ulong b) => _links.Add((a, b));

    /// <param name="maxIdsPerPerson">Links that would make a larger person are refused.</param>
    /// <param name="accepted">Gets those that made two persons one; may be null.</param>
    /// <param name="refused">How many were refused.</param>
    /// <exception cref="ReplayException">There are more links than a graph holds.</exception>
    public IdentityGraph ToGraph(int maxIdsPerPerson, IdLinks? accepted, out long refused)
    {
        refused = 0;
        long ids = SmallestGraph;
        while (ids < (2L * _links.Count) + 2)
            ids *= 2;
        if (ids > 1 << 29)
            throw new ReplayException($"{_links.Count} links between ids are more than one replay can hold.");

        var graph = new IdentityGraph((int)ids, maxIdsPerPerson);
        foreach ((ulong a, ulong b) in _links)
        {
            LinkOutcome outcome = graph.Link(a, b);
            if (outcome == LinkOutcome.Merged)
                accepted?.Add(a, b);
            else if (outcome != LinkOutcome.Known)
                refused++;
        }

        return graph;
    }
}
