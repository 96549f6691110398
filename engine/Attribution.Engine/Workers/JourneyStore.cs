using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>What inserting into a journey did.</summary>
internal enum InsertOutcome
{
    Inserted,

    /// <summary>The same event is there already.</summary>
    Known,

    /// <summary>A bound was reached; the event is not in the journey.</summary>
    Dropped,
}

/// <summary>
/// The journeys of one shard: each person's touches, conversions and milestones as sorted runs, with all
/// bounds enforced here. Owned by one worker thread.
/// </summary>
internal sealed class JourneyStore : IDisposable
{
    private readonly WorkerOptions _options;
    private readonly PersonTable _persons;
    private readonly RunPool<Touch> _touches;
    private readonly RunPool<Conversion> _conversions;
    private readonly RunPool<Milestone> _milestones;
    private readonly long _reachMillis;
    private readonly long _keepMillis;
    private readonly bool _conversionsMatter;
    private long _droppedPersonsThroughMillis = long.MinValue;

    /// <param name="reachMillis">How long after an event it can still change a conversion.</param>
    /// <param name="conversionsMatter">Whether a conversion can change later ones.</param>
    public JourneyStore(WorkerOptions options, long reachMillis, bool conversionsMatter = false)
    {
        _options = options;
        _persons = new PersonTable(options.MaxPersons);
        _touches = new RunPool<Touch>(options.MaxTouches);
        _conversions = new RunPool<Conversion>(options.MaxTouches);
        _milestones = new RunPool<Milestone>(options.MaxTouches);
        Texts = new JourneyTexts(options);
        Unkept = new UnkeptConversions(Texts);
        _conversionsMatter = conversionsMatter;
        _reachMillis = reachMillis;
        _keepMillis = reachMillis + (long)options.LateArrival.TotalMilliseconds;
    }

    public JourneyTexts Texts { get; }

    /// <summary>What the event at hand left without room; whoever handles it releases them.</summary>
    public UnkeptConversions Unkept { get; }

    public int PersonCount => _persons.Count;

    public long DroppedPersonCount { get; private set; }

    public long DroppedTouchCount { get; private set; }

    public long DroppedConversionCount { get; private set; }

    public long DroppedMilestoneCount { get; private set; }

    /// <summary>
    /// What happened before this was not brought back at the start; nothing is missing where it was all.
    /// </summary>
    public long RestoredFromMillis { get; set; } = long.MinValue;

    /// <summary>Bytes of journeys and their texts taken from the system so far.</summary>
    public long ReservedBytes => _touches.ReservedBytes + _conversions.ReservedBytes
        + _milestones.ReservedBytes + Texts.ReservedBytes;

    public ref PersonState Person(int place) => ref _persons[place];

    public int Find(ulong key) => _persons.Find(key);

    /// <inheritdoc cref="PersonTable.PrefetchIndex"/>
    public void PrefetchIndex(ulong key) => _persons.PrefetchIndex(key);

    /// <inheritdoc cref="PersonTable.PrefetchPerson"/>
    public void PrefetchPerson(ulong key) => _persons.PrefetchPerson(key);

    /// <summary>
    /// The person's place; made when new, at the cost of the longest idle of a few where the table is full.
    /// </summary>
    public int FindOrAdd(ulong key, long timeMillis)
    {
        int place = _persons.Find(key);
        if (place == 0)
        {
            if (_persons.IsFull)
                DropOldest();
            place = _persons.Add(key);
            _persons[place].MayBeIncomplete = _droppedPersonsThroughMillis >= timeMillis - _keepMillis;
        }

        ref PersonState person = ref _persons[place];
        person.LastSeenMillis = Math.Max(person.LastSeenMillis, timeMillis);
        return place;
    }

    public ReadOnlySpan<Touch> Touches(in PersonState person) =>
        _touches.Items(person.Touches, person.TouchCount);

    public ReadOnlySpan<Conversion> Conversions(in PersonState person) =>
        _conversions.Items(person.Conversions, person.ConversionCount);

    public ReadOnlySpan<Milestone> Milestones(in PersonState person) =>
        _milestones.Items(person.Milestones, person.MilestoneCount);

    public PersonHistory History(in PersonState person) => new()
    {
        Touches = Touches(person),
        Conversions = Conversions(person),
        Milestones = Milestones(person),
        Texts = Texts,
    };

    /// <summary>
    /// Inserts a touch; one matched by an id takes the place of the same one matched without.
    /// </summary>
    public InsertOutcome InsertTouch(ref PersonState person, in Touch touch)
    {
        DropExpired(ref person);
        Span<Touch> run = _touches.Items(person.Touches, person.TouchCount);
        int at = run.Length;
        int order = 1;
        while (at > 0 && (order = TotalOrder.Compare(touch, run[at - 1], Texts)) < 0)
            at--;
        if (at > 0 && order == 0)
            return Replace(ref run[at - 1], touch);

        if (IsExpired(person, touch.TimeMillis))
        {
            MarkTouch(ref person, touch.TimeMillis);
            return InsertOutcome.Dropped;
        }

        if (run.Length == _options.MaxTouchesPerPerson)
        {
            MarkDropped(ref person, at == 0 ? touch.TimeMillis : run[0].TimeMillis);
            if (at == 0)
                return InsertOutcome.Dropped;
            RemoveFirstTouches(ref person, 1);
            at--;
        }

        if (_touches.TryInsert(ref person.Touches, ref person.TouchCount, at, touch))
            return InsertOutcome.Inserted;
        MarkDropped(ref person, touch.TimeMillis);
        return InsertOutcome.Dropped;
    }

    /// <summary>Whichever conversion finds no room goes to <see cref="Unkept"/>.</summary>
    public InsertOutcome InsertConversion(ref PersonState person, in Conversion conversion)
    {
        Span<Conversion> run = _conversions.Items(person.Conversions, person.ConversionCount);
        int at = run.Length;
        int order = 1;
        while (at > 0 && (order = TotalOrder.Compare(conversion, run[at - 1], Texts)) < 0)
            at--;
        if (at > 0 && order == 0)
            return InsertOutcome.Known;

        if (run.Length == _options.MaxConversionsPerPerson)
        {
            int least = LeastOf(run, at, conversion.Kind);
            DropConversion(ref person, least < 0 ? conversion : run[least]);
            if (least < 0)
                return InsertOutcome.Dropped;
            _conversions.Remove(ref person.Conversions, ref person.ConversionCount, least, 1);
            at -= least < at ? 1 : 0;
        }

        if (_conversions.TryInsert(ref person.Conversions, ref person.ConversionCount, at, conversion))
            return InsertOutcome.Inserted;
        DropConversion(ref person, conversion);
        return InsertOutcome.Dropped;
    }

    public InsertOutcome InsertMilestone(ref PersonState person, in Milestone milestone)
    {
        DropExpired(ref person);
        Span<Milestone> run = _milestones.Items(person.Milestones, person.MilestoneCount);
        int at = run.Length;
        int order = 1;
        while (at > 0 && (order = TotalOrder.Compare(milestone, run[at - 1], Texts)) < 0)
            at--;
        if (at > 0 && order == 0)
            return InsertOutcome.Known;

        bool isFull = run.Length == _options.MaxMilestonesPerPerson;
        if (isFull && at > 0)
        {
            MarkContext(ref person, run[0].TimeMillis);
            DroppedMilestoneCount++;
            RemoveFirstMilestones(ref person, 1);
            at--;
            isFull = false;
        }

        bool isExpired = IsExpired(person, milestone.TimeMillis);
        if (!isFull && !isExpired
            && _milestones.TryInsert(ref person.Milestones, ref person.MilestoneCount, at, milestone))
        {
            return InsertOutcome.Inserted;
        }

        MarkContext(ref person, milestone.TimeMillis);
        DroppedMilestoneCount += isExpired ? 0 : 1;
        return InsertOutcome.Dropped;
    }

    /// <summary>A touch that could not be kept: its person's later conversions say so.</summary>
    public void MarkDropped(ref PersonState person, long touchMillis)
    {
        DroppedTouchCount++;
        MarkTouch(ref person, touchMillis);
    }

    /// <summary>A conversion that later changes pass by; others that depend on it say so.</summary>
    public void MarkDroppedConversion(ref PersonState person, long millis)
    {
        DroppedConversionCount++;
        if (_conversionsMatter)
            MarkContext(ref person, millis);
    }

    /// <summary>Forgets a person with all its runs and texts.</summary>
    public void Remove(int place)
    {
        ref PersonState person = ref _persons[place];
        foreach (ref readonly Touch touch in Touches(person))
            Texts.Release(touch.EventId);
        foreach (ref readonly Conversion conversion in Conversions(person))
            Texts.Release(conversion);
        foreach (ref readonly Milestone milestone in Milestones(person))
            Texts.Release(milestone.EventId);
        FreeRuns(person);
        _persons.Remove(place);
    }

    /// <summary>Makes one person's journey part of another's, in the same shard.</summary>
    public void Merge(int fromPlace, ulong intoKey)
    {
        PersonState from = _persons[fromPlace];
        int intoPlace = FindOrAdd(intoKey, from.LastSeenMillis);

        // Adding may have dropped a person and moved another into its place.
        fromPlace = _persons.Find(from.Key);
        if (fromPlace == 0)
            return;

        ref PersonState into = ref _persons[intoPlace];
        MergeMarks(ref into, from);

        // Conversions first: touches are kept as long as one of them can change.
        foreach (ref readonly Conversion conversion in Conversions(from))
        {
            if (InsertConversion(ref into, conversion) == InsertOutcome.Known)
                Texts.Release(conversion);
        }

        foreach (ref readonly Touch touch in Touches(from))
        {
            if (InsertTouch(ref into, touch) != InsertOutcome.Inserted)
                Texts.Release(touch.EventId);
        }

        foreach (ref readonly Milestone milestone in Milestones(from))
        {
            if (InsertMilestone(ref into, milestone) != InsertOutcome.Inserted)
                Texts.Release(milestone.EventId);
        }

        FreeRuns(from);
        _persons.Remove(fromPlace);
    }

    /// <summary>What was dropped of one person is missing from the one it becomes.</summary>
    public static void MergeMarks(ref PersonState into, in PersonState from)
    {
        into.DroppedTouches += from.DroppedTouches;
        into.DroppedThroughMillis = Math.Max(into.DroppedThroughMillis, from.DroppedThroughMillis);
        into.DroppedContextSeconds = Math.Max(into.DroppedContextSeconds, from.DroppedContextSeconds);
        into.MayBeIncomplete |= from.MayBeIncomplete;
    }

    public void Dispose()
    {
        _persons.Dispose();
        _touches.Dispose();
        _conversions.Dispose();
        _milestones.Dispose();
        Texts.Dispose();
    }

    /// <summary>
    /// Which conversion goes where one too many comes: the oldest, but installs, which later ones depend on,
    /// go last.
    /// </summary>
    /// <param name="at">Where the new one would stand.</param>
    /// <returns>Its index; −1 for the new one.</returns>
    private static int LeastOf(ReadOnlySpan<Conversion> run, int at, ConversionKind newKind)
    {
        for (int i = 0; i < run.Length; i++)
        {
            if (i == at && newKind != ConversionKind.Install)
                return -1;
            if (run[i].Kind != ConversionKind.Install)
                return i;
        }

        return newKind != ConversionKind.Install || at == 0 ? -1 : 0;
    }

    private void DropConversion(ref PersonState person, in Conversion conversion)
    {
        MarkDroppedConversion(ref person, conversion.TimeMillis);
        Unkept.Add(person.Key, conversion);
    }

    private InsertOutcome Replace(ref Touch known, in Touch touch)
    {
        if (!known.IsProbabilistic || touch.IsProbabilistic)
            return InsertOutcome.Known;
        Texts.Release(known.EventId);
        known = touch;
        return InsertOutcome.Inserted;
    }

    /// <summary>
    /// What is so old can change no conversion that is still to come, and none that is kept: those may change
    /// at any time, when a login shows two persons to be one.
    /// </summary>
    private bool IsExpired(in PersonState person, long millis) =>
        millis < person.LastSeenMillis - _keepMillis
        && (person.ConversionCount == 0
            || millis < _conversions.Items(person.Conversions, 1)[0].TimeMillis - _reachMillis);

    /// <summary>
    /// Forgets what has expired. It is marked all the same: a conversion that comes later than the engine
    /// waits for may have needed it.
    /// </summary>
    private void DropExpired(ref PersonState person)
    {
        ReadOnlySpan<Touch> touches = Touches(person);
        int expired = 0;
        while (expired < touches.Length && IsExpired(person, touches[expired].TimeMillis))
            MarkTouch(ref person, touches[expired++].TimeMillis);
        if (expired > 0)
            RemoveFirstTouches(ref person, expired);

        ReadOnlySpan<Milestone> milestones = Milestones(person);
        expired = 0;
        while (expired < milestones.Length && IsExpired(person, milestones[expired].TimeMillis))
            MarkContext(ref person, milestones[expired++].TimeMillis);
        if (expired > 0)
            RemoveFirstMilestones(ref person, expired);
    }

    private static void MarkTouch(ref PersonState person, long touchMillis)
    {
        person.DroppedTouches++;
        person.DroppedThroughMillis = Math.Max(person.DroppedThroughMillis, touchMillis);
    }

    private static void MarkContext(ref PersonState person, long millis) =>
        person.DroppedContextSeconds = Math.Max(person.DroppedContextSeconds, (uint)((millis / 1000) + 1));

    private void RemoveFirstTouches(ref PersonState person, int count)
    {
        foreach (ref readonly Touch touch in _touches.Items(person.Touches, count))
            Texts.Release(touch.EventId);
        _touches.Remove(ref person.Touches, ref person.TouchCount, 0, count);
    }

    private void RemoveFirstMilestones(ref PersonState person, int count)
    {
        foreach (ref readonly Milestone milestone in _milestones.Items(person.Milestones, count))
            Texts.Release(milestone.EventId);
        _milestones.Remove(ref person.Milestones, ref person.MilestoneCount, 0, count);
    }

    private void FreeRuns(in PersonState person)
    {
        _touches.Free(person.Touches, person.TouchCount);
        _conversions.Free(person.Conversions, person.ConversionCount);
        _milestones.Free(person.Milestones, person.MilestoneCount);
    }

    private void DropOldest()
    {
        int place = _persons.OldestOfSample();
        _droppedPersonsThroughMillis = Math.Max(_droppedPersonsThroughMillis, _persons[place].LastSeenMillis);
        DroppedPersonCount++;
        Remove(place);
    }
}
