using System.Runtime.InteropServices;
using Attribution.Model.Memory;

namespace Attribution.Model.Identity;

/// <summary>What linking two ids did.</summary>
public enum LinkOutcome
{
    /// <summary>They were one person before.</summary>
    Known,

    /// <summary>Two persons became one.</summary>
    Merged,

    /// <summary>The person would have more ids than <c>maxIdsPerPerson</c>.</summary>
    PersonTooLarge,

    /// <summary>The graph holds <c>maxLinkedIds</c> ids.</summary>
    Full,
}

/// <summary>
/// Which ids are one person: a union-find over id hashes in which every component is named by its smallest
/// hash, so the order of links does not matter. Only linked ids take room. Owned by the identity thread.
/// </summary>
public sealed class IdentityGraph : IDisposable
{
    private readonly int _maxLinkedIds;
    private readonly int _maxIdsPerPerson;
    private readonly NativeArray<Node> _nodes;
    private readonly uint _slots;

    /// <param name="maxLinkedIds">Ids that can be linked to another. 18 bytes each: a third of the slots
    /// stays free.</param>
    /// <param name="maxIdsPerPerson">Ids one person may have.</param>
    public IdentityGraph(int maxLinkedIds, int maxIdsPerPerson)
    {
        _maxLinkedIds = maxLinkedIds;
        _maxIdsPerPerson = maxIdsPerPerson;
        _slots = (uint)((maxLinkedIds * 3L / 2) + 1);
        _nodes = new NativeArray<Node>(_slots);
    }

    /// <summary>Ids that are linked to another.</summary>
    public int Count { get; private set; }

    /// <summary>The person an id belongs to; an id never linked is a person of its own.</summary>
    public ulong Find(ulong id)
    {
        int slot = Slot(id);
        return _nodes[slot].Id == 0 ? id : _nodes[Root(slot)].Id;
    }

    /// <summary>States that two ids are one person, whose name is then <c>Find</c> of either.</summary>
    /// <param name="a">An id's hash.</param>
    /// <param name="b">The other's.</param>
    /// <param name="mask">What both are mixed with by exclusive or: the smallest hash is sought without
    /// it.</param>
    public LinkOutcome Link(ulong a, ulong b, ulong mask = 0)
    {
        if (Find(a) == Find(b))
            return LinkOutcome.Known;
        if (Count + 2 > _maxLinkedIds)
            return LinkOutcome.Full;

        int rootA = Root(Add(a));
        int rootB = Root(Add(b));
        int size = _nodes[rootA].Size + _nodes[rootB].Size;
        if (size > _maxIdsPerPerson)
            return LinkOutcome.PersonTooLarge;

        bool isSmaller = (_nodes[rootA].Id ^ mask) < (_nodes[rootB].Id ^ mask);
        (int winner, int loser) = isSmaller ? (rootA, rootB) : (rootB, rootA);
        _nodes[loser].Parent = winner;
        _nodes[winner].Size = size;
        return LinkOutcome.Merged;
    }

    /// <summary>Asks for the memory that a look for this id will need.</summary>
    public void Prefetch(ulong id) => _nodes.Prefetch(Home(id));

    /// <summary>Loads into an empty graph of the same bound.</summary>
    public void PassState(StateStream state)
    {
        int count = Count;
        state.Value(ref count);
        Count = count;

        // Hundreds of megabytes that were never touched are not looked through.
        if (count > 0)
            state.Sparse(_nodes);
    }

    public void Dispose() => _nodes.Dispose();

    private int Add(ulong id)
    {
        int slot = Slot(id);
        if (_nodes[slot].Id == 0)
        {
            _nodes[slot] = new Node { Id = id, Size = 1 };
            Count++;
        }

        return slot;
    }

    private int Home(ulong id) => (int)((ulong)(uint)(id >> 20) * _slots >> 32);

    private int Slot(ulong id)
    {
        int slot = Home(id);
        while (_nodes[slot].Id != 0 && _nodes[slot].Id != id)
            slot = slot + 1 == _slots ? 0 : slot + 1;
        return slot;
    }

    private int Root(int slot)
    {
        while (!_nodes[slot].IsRoot)
        {
            // Path halving: every visit shortens the way of the next one.
            int parent = _nodes[slot].Parent;
            if (!_nodes[parent].IsRoot)
                _nodes[slot].Parent = _nodes[parent].Parent;
            slot = parent;
        }

        return slot;
    }

    /// <summary>12 bytes: a root has no parent, and nothing else needs a size.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Node
    {
        public ulong Id;
        private int _parentOrSize;

        public readonly bool IsRoot => _parentOrSize < 0;

        public int Parent
        {
            readonly get => _parentOrSize;
            set => _parentOrSize = value;
        }

        /// <summary>Ids of the component, of a root.</summary>
        public int Size
        {
            readonly get => -_parentOrSize;
            set => _parentOrSize = -value;
        }
    }
}
