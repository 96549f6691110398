using System.Runtime.InteropServices;
using Attribution.Model.Journeys;

namespace Attribution.Replay.Chunks;

/// <summary>A touch and the next one of its person, by 1 + index; 0 at the end.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct TouchNode
{
    public Touch Touch;
    public int Next;
}

/// <summary>A conversion and the next one of its person.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct ConversionNode
{
    public Conversion Conversion;
    public int Next;
}

/// <summary>A milestone and the next one of its person.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct MilestoneNode
{
    public Milestone Milestone;
    public int Next;
}

/// <summary>One person and where its three lists begin, by 1 + index; 0 where one is empty.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct ChunkPerson
{
    public ulong Key;

    /// <summary>Of the newest event that is part of the history.</summary>
    public ulong NewestSequence;
    public int Touches;
    public int Conversions;
    public int Milestones;

    /// <summary>Conversions that are to be attributed, repetitions counted.</summary>
    public int InRange;
}

/// <summary>
/// The histories of one chunk's persons under one config, in the order in which their events were read.
/// Written by the reading thread; read by any once reading is over.
/// </summary>
internal sealed class PersonChunk : IDisposable
{
    private readonly Arena<ChunkPerson> _persons;
    private readonly Arena<TouchNode> _touches;
    private readonly Arena<ConversionNode> _conversions;
    private readonly Arena<MilestoneNode> _milestones;
    private readonly SlotTable _slots;
    private readonly Func<int, ulong> _hashOf;

    /// <param name="expectedPersons">To have room for from the start.</param>
    public PersonChunk(ChunkTexts texts, MemoryBudget budget, long expectedPersons)
    {
        Texts = texts;
        _persons = new Arena<ChunkPerson>(budget);
        _touches = new Arena<TouchNode>(budget);
        _conversions = new Arena<ConversionNode>(budget);
        _milestones = new Arena<MilestoneNode>(budget);
        _slots = new SlotTable(budget, expectedPersons);
        _hashOf = person => Hash(_persons[person].Key);
    }

    public ChunkTexts Texts { get; }

    public int PersonCount => _persons.Count;

    public ref readonly ChunkPerson this[int person] => ref _persons[person];

    public ref readonly TouchNode Touch(int place) => ref _touches[place - 1];

    public ref readonly ConversionNode Conversion(int place) => ref _conversions[place - 1];

    public ref readonly MilestoneNode Milestone(int place) => ref _milestones[place - 1];

    /// <summary>A person's index; made when new.</summary>
    public int FindOrAdd(ulong key)
    {
        ulong hash = Hash(key);
        int slot = _slots.First(hash);
        for (; _slots[slot] != 0; slot = _slots.Next(slot))
        {
            if (_persons[_slots[slot] - 1].Key == key)
                return _slots[slot] - 1;
        }

        if (_slots.TryGrow(_persons.Count, _hashOf))
        {
            slot = _slots.First(hash);
            while (_slots[slot] != 0)
                slot = _slots.Next(slot);
        }

        int person = _persons.Add(new ChunkPerson { Key = key });
        _slots[slot] = person + 1;
        return person;
    }

    public void Saw(int person, ulong sequence)
    {
        ref ChunkPerson found = ref _persons[person];
        found.NewestSequence = Math.Max(found.NewestSequence, sequence);
    }

    public void AddTouch(int person, in Touch touch)
    {
        ref ChunkPerson found = ref _persons[person];
        int index = _touches.Add(new TouchNode { Touch = touch, Next = found.Touches });
        found.Touches = index + 1;
    }

    public void AddConversion(int person, in Conversion conversion, bool inRange)
    {
        ref ChunkPerson found = ref _persons[person];
        int index = _conversions.Add(
            new ConversionNode { Conversion = conversion, Next = found.Conversions });
        found.Conversions = index + 1;
        found.InRange += inRange ? 1 : 0;
    }

    public void AddMilestone(int person, in Milestone milestone)
    {
        ref ChunkPerson found = ref _persons[person];
        int index = _milestones.Add(new MilestoneNode { Milestone = milestone, Next = found.Milestones });
        found.Milestones = index + 1;
    }

    /// <summary>Forgets everything; the memory is kept for the next chunk.</summary>
    public void Clear()
    {
        _persons.Clear();
        _touches.Clear();
        _conversions.Clear();
        _milestones.Clear();
        _slots.Clear();
    }

    public void Dispose()
    {
        _persons.Dispose();
        _touches.Dispose();
        _conversions.Dispose();
        _milestones.Dispose();
        _slots.Dispose();
    }

    /// <summary>
    /// A person's name is the smallest of several hashes, so it is no hash itself any more.
    /// </summary>
    public static ulong Hash(ulong person)
    {
        person ^= person >> 33;
        person *= 0xff51afd7ed558ccd;
        person ^= person >> 33;
        person *= 0xc4ceb9fe1a85ec53;
        return person ^ (person >> 33);
    }
}
