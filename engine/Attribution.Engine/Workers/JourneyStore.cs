using Attribution.Model.Journeys;
using Attribution.Model.Memory;

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
/// The journeys of one shard: each person's touches and conversions as sorted runs, with all bounds enforced
/// here. Owned by one worker thread.
/// </summary>
internal sealed class JourneyStore : IJourneyTexts, IDisposable
{
    private readonly WorkerOptions _options;
    private readonly PersonTable _persons;
    private readonly SlabPool<Touch> _touches;
    private readonly SlabPool<Conversion> _conversions;
    private readonly TextHeap _heap;
    private readonly long _keepMillis;
    private long _droppedPersonsThroughMillis = long.MinValue;

    /// <param name="maxLookbackMillis">The longest window of the config.</param>
    public JourneyStore(WorkerOptions options, long maxLookbackMillis)
    {
        _options = options;
        _persons = new PersonTable(options.MaxPersons);
        _touches = new SlabPool<Touch>(options.MaxTouches);
        _conversions = new SlabPool<Conversion>(options.MaxTouches);
        _heap = new TextHeap(options.MaxTouches * 16);
        Texts = new TextInterner(options.MaxTexts);
        _keepMillis = maxLookbackMillis + (long)options.LateArrival.TotalMilliseconds;
    }

    public TextInterner Texts { get; }

    public int PersonCount => _persons.Count;

    public long DroppedPersonCount { get; private set; }

    public long DroppedTouchCount { get; private set; }

    public long DroppedConversionCount { get; private set; }

    /// <summary>Bytes of journeys and their texts taken from the system so far.</summary>
    public long ReservedBytes => _touches.ReservedBytes + _conversions.ReservedBytes + _heap.ReservedBytes;

    public ref PersonState Person(int place) => ref _persons[place];

    public int Find(ulong key) => _persons.Find(key);

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

    public PersonHistory History(in PersonState person) => new()
    {
        Touches = Touches(person),
        Conversions = Conversions(person),
        Texts = this,
    };

    public InsertOutcome InsertTouch(ref PersonState person, in Touch touch)
    {
        DropExpired(ref person);
        Span<Touch> run = _touches.Items(person.Touches, person.TouchCount);
        int at = run.Length;
        int order = 1;
        while (at > 0 && (order = TotalOrder.Compare(touch, run[at - 1], this)) < 0)
            at--;
        if (at > 0 && order == 0)
            return InsertOutcome.Known;

        if (run.Length == _options.MaxTouchesPerPerson)
        {
            MarkDropped(ref person, at == 0 ? touch.TimeMillis : run[0].TimeMillis);
            if (at == 0)
                return InsertOutcome.Dropped;
            RemoveFirstTouches(ref person, 1);
            at--;
        }

        if (!TryMakeRoom(_touches, ref person.Touches, person.TouchCount))
        {
            MarkDropped(ref person, touch.TimeMillis);
            return InsertOutcome.Dropped;
        }

        Insert(_touches.Items(person.Touches, person.TouchCount + 1), at, touch);
        person.TouchCount++;
        return InsertOutcome.Inserted;
    }

    public InsertOutcome InsertConversion(ref PersonState person, in Conversion conversion)
    {
        Span<Conversion> run = _conversions.Items(person.Conversions, person.ConversionCount);
        int at = run.Length;
        int order = 1;
        while (at > 0 && (order = TotalOrder.Compare(conversion, run[at - 1], this)) < 0)
            at--;
        if (at > 0 && order == 0)
            return InsertOutcome.Known;

        if (run.Length == _options.MaxConversionsPerPerson)
        {
            DroppedConversionCount++;
            if (at == 0)
                return InsertOutcome.Dropped;
            RemoveFirstConversion(ref person);
            at--;
        }

        if (!TryMakeRoom(_conversions, ref person.Conversions, person.ConversionCount))
        {
            DroppedConversionCount++;
            return InsertOutcome.Dropped;
        }

        Insert(_conversions.Items(person.Conversions, person.ConversionCount + 1), at, conversion);
        person.ConversionCount++;
        return InsertOutcome.Inserted;
    }

    /// <summary>Packs an event's id, on the heap where it must be.</summary>
    /// <returns>False when the heap's bound is reached.</returns>
    public bool TryPackId(ReadOnlySpan<byte> text, out CompactId id)
    {
        if (CompactId.TryPack(text, out id))
            return true;
        if (!_heap.TryAdd(text, out uint place))
            return false;
        id = CompactId.OnHeap(place, text.Length);
        return true;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _heap.Text((uint)id.Low, id.Length) : buffer[..id.Write(buffer)];

    /// <summary>
    /// Keeps the user id beside a conversion; left empty where the heap's bound is reached.
    /// </summary>
    public void SetUserId(ref Conversion conversion, ReadOnlySpan<byte> userId)
    {
        uint place = 0;
        bool kept = !userId.IsEmpty && _heap.TryAdd(userId, out place);
        conversion.UserId = place;
        conversion.UserIdLength = kept ? (ushort)userId.Length : (ushort)0;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Text(int id) => Texts.Text(id);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserId(in Conversion conversion) => conversion.UserIdLength == 0
        ? default
        : _heap.Text(conversion.UserId, conversion.UserIdLength);

    /// <summary>Gives back an id that did not enter a journey.</summary>
    public void Release(in CompactId id)
    {
        if (id.Form == IdForm.Heap)
            _heap.Remove((uint)id.Low, id.Length);
    }

    /// <summary>Gives back a conversion that did not enter a journey.</summary>
    public void Release(in Conversion conversion)
    {
        Release(conversion.EventId);
        if (conversion.UserIdLength > 0)
            _heap.Remove(conversion.UserId, conversion.UserIdLength);
    }

    /// <summary>Forgets a person with all its runs and texts.</summary>
    public void Remove(int place)
    {
        ref PersonState person = ref _persons[place];
        foreach (ref readonly Touch touch in Touches(person))
            Release(touch.EventId);
        foreach (ref readonly Conversion conversion in Conversions(person))
            Release(conversion);
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
        into.DroppedTouches += from.DroppedTouches;
        into.DroppedThroughMillis = Math.Max(into.DroppedThroughMillis, from.DroppedThroughMillis);
        into.MayBeIncomplete |= from.MayBeIncomplete;
        foreach (ref readonly Touch touch in Touches(from))
        {
            if (InsertTouch(ref into, touch) != InsertOutcome.Inserted)
                Release(touch.EventId);
        }

        foreach (ref readonly Conversion conversion in Conversions(from))
        {
            if (InsertConversion(ref into, conversion) != InsertOutcome.Inserted)
                Release(conversion);
        }

        FreeRuns(from);
        _persons.Remove(fromPlace);
    }

    public void Dispose()
    {
        _persons.Dispose();
        _touches.Dispose();
        _conversions.Dispose();
        _heap.Dispose();
        Texts.Dispose();
    }

    private static void Insert<T>(Span<T> run, int at, in T item)
    {
        run[at..^1].CopyTo(run[(at + 1)..]);
        run[at] = item;
    }

    /// <summary>Makes a run of <paramref name="count"/> items hold one more.</summary>
    private static bool TryMakeRoom<T>(SlabPool<T> pool, ref uint run, int count)
        where T : unmanaged
    {
        if (run != 0 && count < SlabPool<T>.Capacity(count))
            return true;
        if (!pool.TryRent(count + 1, out uint larger))
            return false;
        if (run != 0)
        {
            pool.Items(run, count).CopyTo(pool.Items(larger, count));
            pool.Return(run, count);
        }

        run = larger;
        return true;
    }

    private void MarkDropped(ref PersonState person, long touchMillis)
    {
        DroppedTouchCount++;
        person.DroppedTouches++;
        person.DroppedThroughMillis = Math.Max(person.DroppedThroughMillis, touchMillis);
    }

    /// <summary>Touches too old for any window of an event that is still to come.</summary>
    private void DropExpired(ref PersonState person)
    {
        ReadOnlySpan<Touch> run = Touches(person);
        int expired = 0;
        while (expired < run.Length && run[expired].TimeMillis < person.LastSeenMillis - _keepMillis)
            expired++;
        if (expired > 0)
            RemoveFirstTouches(ref person, expired);
    }

    private void RemoveFirstTouches(ref PersonState person, int count)
    {
        Span<Touch> run = _touches.Items(person.Touches, person.TouchCount);
        for (int i = 0; i < count; i++)
            Release(run[i].EventId);
        Shrink(_touches, ref person.Touches, ref person.TouchCount, count);
    }

    private void RemoveFirstConversion(ref PersonState person)
    {
        Release(_conversions.Items(person.Conversions, 1)[0]);
        Shrink(_conversions, ref person.Conversions, ref person.ConversionCount, 1);
    }

    /// <summary>
    /// Takes the first items out; the run moves to a smaller one where its size class asks for that.
    /// </summary>
    private static void Shrink<T>(SlabPool<T> pool, ref uint run, ref byte count, int removed)
        where T : unmanaged
    {
        int left = count - removed;
        Span<T> items = pool.Items(run, count);
        items[removed..].CopyTo(items);
        if (left == 0)
        {
            pool.Return(run, count);
            run = 0;
        }
        else if (SlabPool<T>.Capacity(left) < SlabPool<T>.Capacity(count)
            && pool.TryRent(left, out uint smaller))
        {
            items[..left].CopyTo(pool.Items(smaller, left));
            pool.Return(run, count);
            run = smaller;
        }

        count = (byte)left;
    }

    private void FreeRuns(in PersonState person)
    {
        if (person.Touches != 0)
            _touches.Return(person.Touches, person.TouchCount);
        if (person.Conversions != 0)
            _conversions.Return(person.Conversions, person.ConversionCount);
    }

    private void DropOldest()
    {
        int place = _persons.OldestOfSample();
        _droppedPersonsThroughMillis = Math.Max(_droppedPersonsThroughMillis, _persons[place].LastSeenMillis);
        DroppedPersonCount++;
        Remove(place);
    }
}
