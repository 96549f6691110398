using Attribution.Model.Journeys;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Makes one person's history out of its lists: in total order, each event once. Its buffers grow to the
/// longest history seen. Owned by one attributing thread.
/// </summary>
internal sealed class HistoryBuffer
{
    private readonly ChunkTexts _texts;

    // Made once: a delegate per history would be garbage per person.
    private readonly Comparison<Touch> _compareTouches;
    private readonly Comparison<Touch> _compareTouchEvents;
    private readonly Comparison<Conversion> _compareConversions;
    private readonly Comparison<Milestone> _compareMilestones;
    private Touch[] _touches = new Touch[128];
    private Conversion[] _conversions = new Conversion[16];
    private Milestone[] _milestones = new Milestone[16];

    public HistoryBuffer(ChunkTexts texts)
    {
        _texts = texts;
        _compareTouchEvents = (x, y) => TotalOrder.Compare(x, y, texts);
        _compareConversions = (x, y) => TotalOrder.Compare(x, y, texts);
        _compareMilestones = (x, y) => TotalOrder.Compare(x, y, texts);

        // Two touches of one event: the one that an id brought comes first and stays.
        _compareTouches = (x, y) => TotalOrder.Compare(x, y, texts) is var order and not 0
            ? order
            : x.IsProbabilistic.CompareTo(y.IsProbabilistic);
    }

    /// <returns>Valid until the next call.</returns>
    public PersonHistory Gather(PersonChunk chunk, in ChunkPerson person)
    {
        int touches = 0;
        for (int at = person.Touches; at != 0; at = chunk.Touch(at).Next)
            Append(ref _touches, touches++, chunk.Touch(at).Touch);
        int conversions = 0;
        for (int at = person.Conversions; at != 0; at = chunk.Conversion(at).Next)
            Append(ref _conversions, conversions++, chunk.Conversion(at).Conversion);
        int milestones = 0;
        for (int at = person.Milestones; at != 0; at = chunk.Milestone(at).Next)
            Append(ref _milestones, milestones++, chunk.Milestone(at).Milestone);
        return new PersonHistory
        {
            Touches = InOrder(_touches, touches, _compareTouches, _compareTouchEvents),
            Conversions = InOrder(_conversions, conversions, _compareConversions, _compareConversions),
            Milestones = InOrder(_milestones, milestones, _compareMilestones, _compareMilestones),
            Texts = _texts,
        };
    }

    private static void Append<T>(ref T[] items, int at, in T item)
    {
        if (at == items.Length)
            Array.Resize(ref items, 2 * items.Length);
        items[at] = item;
    }

    /// <summary>
    /// Lists hold the last read first, and events are read nearly in order: turned round they rarely need
    /// sorting.
    /// </summary>
    private static ReadOnlySpan<T> InOrder<T>(
        T[] items, int count, Comparison<T> order, Comparison<T> sameEvent)
    {
        Span<T> run = items.AsSpan(0, count);
        if (count < 2)
            return run;
        run.Reverse();
        if (IsStrictlyRising(run, sameEvent))
            return run;
        run.Sort(order);
        return run[..DropRepeated(run, sameEvent)];
    }

    private static bool IsStrictlyRising<T>(ReadOnlySpan<T> run, Comparison<T> compare)
    {
        for (int i = 1; i < run.Length; i++)
        {
            if (compare(run[i - 1], run[i]) >= 0)
                return false;
        }

        return true;
    }

    private static int DropRepeated<T>(Span<T> run, Comparison<T> compare)
    {
        int kept = 1;
        for (int i = 1; i < run.Length; i++)
        {
            if (compare(run[kept - 1], run[i]) != 0)
                run[kept++] = run[i];
        }

        return kept;
    }
}
