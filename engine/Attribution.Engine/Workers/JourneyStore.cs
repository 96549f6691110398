using Attribution.Model.Journeys;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// The journeys of one shard: each person's touches, conversions and milestones in total order, with all
/// bounds enforced here. Owned by one worker thread.
/// </summary>
internal sealed class JourneyStore : IDisposable
{
    private readonly WorkerOptions _options;
    private readonly PersonTable _persons;
    private readonly TouchLists _touches;
    private readonly RunPool<Conversion> _conversions;
    private readonly RunPool<Milestone> _milestones;
    private readonly long _reachMillis;
    private readonly long _keepMillis;
    private readonly bool _conversionsMatter;
    private long _droppedPersonsThroughMillis = long.MinValue;
    private ushort _today;

    /// <param name="reachMillis">How long after an event it can still change a conversion.</param>
    /// <param name="conversionsMatter">Whether a conversion can change later ones.</param>
    public JourneyStore(WorkerOptions options, long reachMillis, bool conversionsMatter = false)
    {
        _options = options;
        _persons = new PersonTable(options.MaxPersons);
        _conversions = new RunPool<Conversion>(options.MaxTouches);
        _milestones = new RunPool<Milestone>(options.MaxTouches);
        Texts = new JourneyTexts(options);
        _touches = new TouchLists(options.MaxTouches, Texts);
        Unkept = new UnkeptConversions(Texts);
        _conversionsMatter = conversionsMatter;
        _reachMillis = reachMillis;
        _keepMillis = reachMillis + (long)options.LateArrival.TotalMilliseconds;
    }

    public JourneyTexts Texts { get; }

    /// <summary>What the event at hand left without room; whoever handles it releases them.</summary>
    public UnkeptConversions Unkept { get; }

    public int PersonCount => _persons.Count;

    public long TouchCount => _touches.Count;

    public long DroppedPersonCount { get; private set; }

    public long DroppedTouchCount { get; private set; }

    public long DroppedConversionCount { get; private set; }

    public long DroppedMilestoneCount { get; private set; }

    /// <summary>
    /// What happened before this may be missing: it was not brought back at the start, or has expired since.
    /// </summary>
    public long CompleteFromMillis { get; private set; } = long.MinValue;

    /// <summary>Bytes of persons, journeys and their texts taken from the system so far.</summary>
    public long ReservedBytes => _persons.ReservedBytes + _touches.ReservedBytes
        + _conversions.ReservedBytes + _milestones.ReservedBytes + Texts.ReservedBytes;

    public ref PersonState Person(int place) => ref _persons[place];

    public int Find(ulong key) => _persons.Find(key);

    public PersonTable Persons => _persons;

    /// <summary>Asks for a person's newest touch; the person should be there already.</summary>
    public void PrefetchTouch(ulong key) => _touches.Prefetch(_persons[_persons.Find(key)].Touches);

    /// <summary>The person's place; a new one may cost the longest idle of a few its own.</summary>
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
        person.ArrivalDay = Math.Max(person.ArrivalDay, _today);
        return place;
    }

    /// <summary>Events come in on this day from now on, or on a later one.</summary>
    public void Arrive(ushort day) => _today = Math.Max(_today, day);

    /// <summary>What happened before a time is not there, or may be missing.</summary>
    public void MissBefore(long millis) => CompleteFromMillis = Math.Max(CompleteFromMillis, millis);

    /// <summary>Valid until touches are asked for again.</summary>
    public ReadOnlySpan<Touch> Touches(in PersonState person) =>
        _touches.Read(person.Touches, person.TouchCount);

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

    /// <summary>One matched by an id takes the place of the same one matched without.</summary>
    public InsertOutcome InsertTouch(ref PersonState person, in Touch touch)
    {
        DropExpired(ref person);
        TouchPlace place = _touches.Find(person.Touches, person.TouchCount, touch);
        if (place.IsKnown)
            return Replace(place.Cell, touch);

        if (IsExpired(person, touch.TimeMillis))
        {
            person.MarkTouch(touch.TimeMillis);
            return InsertOutcome.Dropped;
        }

        if (person.TouchCount == _options.MaxTouchesPerPerson)
        {
            bool isOldest = place.Number == 0;
            MarkDropped(ref person, isOldest ? touch.TimeMillis : OldestTouch(person).TimeMillis);
            if (isOldest)
                return InsertOutcome.Dropped;
            RemoveOldestTouch(ref person);
            place = _touches.Find(person.Touches, person.TouchCount, touch);
        }

        if (place.Number == 0)
            person.OldestTouchMillis = touch.TimeMillis;
        if (_touches.TryInsert(ref person.Touches, ref person.TouchCount, place, touch))
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
            int least = UnkeptConversions.LeastOf(run, at, conversion.Kind);
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
            person.MarkContext(run[0].TimeMillis);
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

        person.MarkContext(milestone.TimeMillis);
        DroppedMilestoneCount += isExpired ? 0 : 1;
        return InsertOutcome.Dropped;
    }

    /// <summary>A touch that could not be kept: its person's later conversions say so.</summary>
    public void MarkDropped(ref PersonState person, long touchMillis)
    {
        DroppedTouchCount++;
        person.MarkTouch(touchMillis);
    }

    /// <summary>A conversion that changes pass by; others that depend on it say so.</summary>
    public void MarkDroppedConversion(ref PersonState person, long millis)
    {
        DroppedConversionCount++;
        if (_conversionsMatter)
            person.MarkContext(millis);
    }

    /// <summary>Forgets a person with all its runs and texts.</summary>
    public void Remove(int place)
    {
        ref PersonState person = ref _persons[place];
        RemoveTouchesAndMilestones(ref person);
        foreach (ref readonly Conversion conversion in Conversions(person))
            Texts.Release(conversion);
        _conversions.Free(person.Conversions, person.ConversionCount);
        _persons.Remove(place);
    }

    /// <summary>Forgets a person that has expired.</summary>
    /// <returns>False where installs are to be kept, and the person has some.</returns>
    public bool Expire(int place, bool keepsInstalls)
    {
        ref PersonState person = ref _persons[place];
        MissBefore(person.LastSeenMillis + 1);
        RemoveTouchesAndMilestones(ref person);
        for (int i = person.ConversionCount - 1; keepsInstalls && i >= 0; i--)
        {
            ref readonly Conversion conversion = ref Conversions(person)[i];
            if (conversion.Kind == ConversionKind.Install)
                continue;
            Texts.Release(conversion);
            _conversions.Remove(ref person.Conversions, ref person.ConversionCount, i, 1);
        }

        if (keepsInstalls && person.ConversionCount > 0)
            return false;
        Remove(place);
        return true;
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
        into.MergeMarks(from);

        // Conversions first: touches are kept as long as one of them can change.
        foreach (ref readonly Conversion conversion in Conversions(from))
        {
            if (InsertConversion(ref into, conversion) == InsertOutcome.Known)
                Texts.Release(conversion);
        }

        ReadOnlySpan<Touch> touches = Touches(from);
        while (from.TouchCount > 0)
            _touches.RemoveOldest(ref from.Touches, ref from.TouchCount);
        foreach (ref readonly Touch touch in touches)
        {
            if (InsertTouch(ref into, touch) != InsertOutcome.Inserted)
                Texts.Release(touch.EventId);
        }

        foreach (ref readonly Milestone milestone in Milestones(from))
        {
            if (InsertMilestone(ref into, milestone) != InsertOutcome.Inserted)
                Texts.Release(milestone.EventId);
        }

        _conversions.Free(from.Conversions, from.ConversionCount);
        _milestones.Free(from.Milestones, from.MilestoneCount);
        _persons.Remove(fromPlace);
    }

    /// <summary>Loads into an empty store of the same bounds.</summary>
    public void PassState(StateStream state)
    {
        Texts.PassState(state);
        _persons.PassState(state);
        _touches.PassState(state);
        _conversions.PassState(state);
        _milestones.PassState(state);
        long completeFromMillis = CompleteFromMillis;
        state.Value(ref completeFromMillis);
        CompleteFromMillis = completeFromMillis;
        state.Value(ref _droppedPersonsThroughMillis);
        state.Value(ref _today);
    }

    public void Dispose()
    {
        _persons.Dispose();
        _touches.Dispose();
        _conversions.Dispose();
        _milestones.Dispose();
        Texts.Dispose();
    }

    private void DropConversion(ref PersonState person, in Conversion conversion)
    {
        MarkDroppedConversion(ref person, conversion.TimeMillis);
        Unkept.Add(person.Key, conversion);
    }

    private InsertOutcome Replace(uint known, in Touch touch)
    {
        CompactId knownId = _touches[known].EventId;
        if (touch.IsProbabilistic || !_touches.IsProbabilistic(known) || !_touches.TryReplace(known, touch))
            return InsertOutcome.Known;
        Texts.Release(knownId);
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
        while (person.TouchCount > 0 && IsExpired(person, person.OldestTouchMillis)
            && IsExpired(person, OldestTouch(person).TimeMillis))
        {
            person.MarkTouch(OldestTouch(person).TimeMillis);
            RemoveOldestTouch(ref person);
        }

        ReadOnlySpan<Milestone> milestones = Milestones(person);
        int expired = 0;
        while (expired < milestones.Length && IsExpired(person, milestones[expired].TimeMillis))
            person.MarkContext(milestones[expired++].TimeMillis);
        if (expired > 0)
            RemoveFirstMilestones(ref person, expired);
    }

    private ref readonly StoredTouch OldestTouch(in PersonState person) =>
        ref _touches.Oldest(person.Touches);

    private void RemoveOldestTouch(ref PersonState person)
    {
        Texts.Release(OldestTouch(person).EventId);
        _touches.RemoveOldest(ref person.Touches, ref person.TouchCount);
        if (person.TouchCount > 0)
            person.OldestTouchMillis = OldestTouch(person).TimeMillis;
    }

    private void RemoveTouchesAndMilestones(ref PersonState person)
    {
        while (person.TouchCount > 0)
            RemoveOldestTouch(ref person);
        if (person.MilestoneCount > 0)
            RemoveFirstMilestones(ref person, person.MilestoneCount);
    }

    private void RemoveFirstMilestones(ref PersonState person, int count)
    {
        foreach (ref readonly Milestone milestone in _milestones.Items(person.Milestones, count))
            Texts.Release(milestone.EventId);
        _milestones.Remove(ref person.Milestones, ref person.MilestoneCount, 0, count);
    }

    private void DropOldest()
    {
        int place = _persons.OldestOfSample();
        _droppedPersonsThroughMillis = Math.Max(_droppedPersonsThroughMillis, _persons[place].LastSeenMillis);
        DroppedPersonCount++;
        Remove(place);
    }
}
