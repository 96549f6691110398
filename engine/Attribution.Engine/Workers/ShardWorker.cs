using Attribution.Engine.Identity;
using Attribution.Engine.Sink;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Journeys;
using Attribution.Model.Memory;
using Attribution.Ring;

namespace Attribution.Engine.Workers;

/// <summary>
/// Stores the events of the persons in its shard, keeps their journeys and attributes their conversions.
/// Runs on one processor thread and shares nothing but the ring and, at merges, the exchange.
/// </summary>
internal sealed class ShardWorker : IBatchHandler, IDisposable
{
    /// <summary>Stands for an event of an earlier run, whose rows are written already.</summary>
    private const long NoSequence = -1;

    /// <summary>Events between asking for the memory of one and needing it: more than it takes to come.
    /// </summary>
    internal const int LookAhead = 8;

    private readonly int _shard;
    private readonly ShardExchange _exchange;
    private readonly ShardWriter _writer;
    private readonly ProjectMasks _masks;
    private readonly EventClassifier _classifier;
    private readonly JourneyIntake _intake;
    private readonly AttributionEmitter _emitter;
    private readonly ExpiryHand _expiry;

    private EventRing _ring;

    // Null where the config matches nothing by address and device: then only events of this shard are read.
    private readonly ProbabilisticIndex? _matches;

    public ShardWorker(
        int shard, EventRing ring, ShardExchange exchange, ShardWriter writer, WorkerSetup setup)
    {
        _shard = shard;
        _ring = ring;
        _exchange = exchange;
        _writer = writer;
        _masks = setup.Masks;
        _classifier = new EventClassifier(setup.Config);
        var needs = new HistoryNeeds(setup.Config);
        Journeys = new JourneyStore(setup.Options, needs.ReachMillis, needs.ConversionsMatter);
        _intake = new JourneyIntake(Journeys, needs);
        _emitter = new AttributionEmitter(setup, Journeys, writer);
        _expiry = new ExpiryHand(Journeys, setup.Options, needs);
        if (needs.ProbabilisticMillis >= 0)
            _matches = new ProbabilisticIndex(setup.Options, needs.ProbabilisticMillis, Journeys.Texts);
    }

    public JourneyStore Journeys { get; }

    /// <summary>Events of this shard, repetitions not counted.</summary>
    public long EventCount { get; private set; }

    public long ConversionCount { get; private set; }

    /// <summary>Touches that came to a person of this shard by address and device.</summary>
    public long MatchCount { get; private set; }

    /// <summary>Conversions attributed again because their history changed.</summary>
    public long ReattributedCount => _emitter.RepeatedCount;

    public long AttributionRowCount => _emitter.RowCount;

    /// <summary>Persons forgotten because no event can concern them any more.</summary>
    public long ExpiredPersonCount => _expiry.ExpiredCount;

    /// <summary>Touches and installs that a bound dropped and that may have matched others.</summary>
    public long DroppedMatchCount => _matches?.DroppedCount ?? 0;

    /// <summary>From now on its batches are those of this ring. Between two processors' runs only.</summary>
    public void Follow(EventRing next) => _ring = next;

    public void OnStart()
    {
    }

    public void OnStop() => _writer.Flush();

    public void OnIdle() => _writer.OnIdle();

    public void OnBatch(long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
        {
            Prefetch(sequence, last);
            Handle(_ring[sequence], sequence);
        }

        _writer.Processed(last);
    }

    /// <summary>Takes in an event known from earlier runs: the journey grows, nothing is written.</summary>
    public void Restore(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        bool isMine = _exchange.ShardOf(record.Person) == _shard;
        if (isMine || _matches is not null)
            TakeIn(record, eventBytes, new JourneyChange(), NoSequence);
    }

    /// <summary>
    /// Saves or loads all that the worker remembers; what is loaded was saved under the same config, options
    /// and masks.
    /// </summary>
    public void PassState(StateStream state)
    {
        Journeys.PassState(state);
        _expiry.PassState(state);
        _matches?.PassState(state);
    }

    /// <summary>Asks for the memory that restoring an event will need, some events ahead of it.</summary>
    public void PrefetchIndex(in EventRecord record) => Journeys.Persons.PrefetchIndex(record.Person);

    /// <inheritdoc cref="PrefetchIndex"/>
    public void PrefetchPerson(in EventRecord record) => Journeys.Persons.PrefetchPerson(record.Person);

    public void Dispose()
    {
        _matches?.Dispose();
        Journeys.Dispose();
    }

    /// <summary>
    /// Persons lie all over memory that no cache holds; an event that waited for each line took 1.3 times as
    /// long (StageBenchmarks).
    /// </summary>
    private void Prefetch(long sequence, long last)
    {
        if (sequence + (LookAhead / 2) > last)
            return;
        Journeys.PrefetchTouch(_ring[sequence + (LookAhead / 2)].Person);
        if (sequence + LookAhead > last)
            return;
        Journeys.Persons.PrefetchPerson(_ring[sequence + LookAhead].Person);
        if (sequence + (2 * LookAhead) <= last)
            Journeys.Persons.PrefetchIndex(_ring[sequence + (2 * LookAhead)].Person);
    }

    private void Handle(in EventRecord record, long sequence)
    {
        if (record.Header.Kind == EventKind.Rejected)
        {
            if (_exchange.ShardOf((ulong)sequence) == _shard)
                _writer.WriteDeadLetter(record, _ring.Bytes(record), sequence);
            return;
        }

        if (record.Header.Kind != EventKind.Event || record.IsDuplicate)
            return;

        bool isMine = _exchange.ShardOf(record.Person) == _shard;
        bool hasMerged = record.MergedCount > 0 && MoveMerged(record, isMine);
        if (!isMine && _matches is null)
            return;

        ReadOnlySpan<byte> eventBytes = _ring.Bytes(record);
        if (isMine)
        {
            _writer.WriteEvent(record, eventBytes, sequence);
            EventCount++;
            _expiry.Pass(record.Header);
        }

        var change = new JourneyChange();
        if (hasMerged)
            change.ReachAll();
        TakeIn(record, eventBytes, change, sequence);
    }

    /// <summary>
    /// Puts an event where it belongs, here or in the histories it matches, and attributes what that changes.
    /// </summary>
    /// <param name="change">What the event changed already.</param>
    private void TakeIn(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, JourneyChange change, long sequence)
    {
        bool isMine = _exchange.ShardOf(record.Person) == _shard;
        EventRole role = _classifier.Classify(record, eventBytes);
        if (isMine)
            _intake.Add(role, record, eventBytes, ref change);
        if (_matches is not null)
            Match(role, record, eventBytes, isMine, ref change, sequence);
        int place = isMine && !change.IsNothing ? Journeys.Find(record.Person) : 0;
        if (place != 0)
            Attribute(Journeys.Person(place), change, sequence);
        Journeys.Unkept.Release();
    }

    private void Attribute(in PersonState person, in JourneyChange change, long sequence)
    {
        if (sequence == NoSequence)
            return;
        ConversionCount += change.HasConversion ? 1 : 0;
        _emitter.Emit(person, change, sequence);
    }

    /// <summary>Finds what an event matches by address and device, and remembers it for others.</summary>
    private void Match(
        in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes, bool isMine,
        ref JourneyChange change, long sequence)
    {
        bool isInstall = role.IsConversion && role.ConversionKind == ConversionKind.Install;
        bool isTouch = HistoryNeeds.IsMatched(role);
        if ((!isInstall && !isTouch)
            || !Fingerprint.TryOf(record, eventBytes, out ulong fingerprint) || fingerprint == 0)
        {
            return;
        }

        fingerprint ^= _masks.Of(record.Field(EventField.Project, eventBytes));

        if (isTouch)
        {
            Touch touch = _intake.ToTouch(role, record, eventBytes);
            ReadOnlySpan<byte> eventId = record.Field(EventField.EventId, eventBytes);
            _matches!.AddTouch(fingerprint, record.Person, touch, eventId);
            MatchInstalls(fingerprint, record.Person, touch, eventId, sequence);
        }

        if (!isInstall)
            return;
        _matches!.AddInstall(fingerprint, record.Person, record.Header.TimestampMillis);
        if (isMine)
            MatchTouches(fingerprint, record, ref change);
    }

    /// <summary>An install of this shard gets every touch that matches it.</summary>
    private void MatchTouches(ulong fingerprint, in EventRecord record, ref JourneyChange change)
    {
        int place = Journeys.Find(record.Person);
        if (place == 0)
            return;

        ref PersonState person = ref Journeys.Person(place);
        long millis = record.Header.TimestampMillis;
        person.MayBeIncomplete |= _matches!.MayMissTouches(fingerprint, millis);
        Span<byte> id = stackalloc byte[36];
        for (int at = _matches.FirstTouch(fingerprint, record.Person, millis);
            at != 0;
            at = _matches.NextTouch(at, record.Person, millis))
        {
            ref readonly Touch touch = ref _matches.Touch(at);
            MatchCount += _intake.AddCopy(
                ref person, touch, Journeys.Texts.EventId(touch.EventId, id), ref change) ? 1 : 0;
        }
    }

    /// <summary>A touch that came late goes to every install of this shard that it matches.</summary>
    private void MatchInstalls(
        ulong fingerprint, ulong toucher, in Touch touch, ReadOnlySpan<byte> eventId, long sequence)
    {
        for (int at = _matches!.FirstInstall(fingerprint, toucher, touch.TimeMillis);
            at != 0;
            at = _matches.NextInstall(at, toucher, touch.TimeMillis))
        {
            ulong key = _matches.InstallPerson(at);
            int place = _exchange.ShardOf(key) == _shard ? Journeys.Find(key) : 0;
            if (place == 0)
                continue;

            // Of a person's second install the touch is there already, and nothing has changed.
            var change = new JourneyChange();
            if (!_intake.AddCopy(ref Journeys.Person(place), touch, eventId, ref change))
                continue;
            MatchCount++;
            Attribute(Journeys.Person(place), change, sequence);
        }
    }

    /// <returns>Whether a journey of this shard may have grown.</returns>
    private bool MoveMerged(in EventRecord record, bool isMine)
    {
        bool hasGrown = false;
        for (int i = 0; i < record.MergedCount; i++)
        {
            _matches?.Rename(record.Merged[i], record.Person);
            hasGrown |= MoveOne(record.Merged[i], record.Person, isMine);
        }

        return hasGrown;
    }

    private bool MoveOne(ulong merged, ulong into, bool isMine)
    {
        int from = _exchange.ShardOf(merged);
        int to = _exchange.ShardOf(into);
        if (from == _shard && to == _shard)
        {
            int place = Journeys.Find(merged);
            if (place != 0)
                Journeys.Merge(place, into);
            return place != 0;
        }

        if (from == _shard)
            GiveAway(merged, to);
        if (!isMine || from == _shard)
            return false;
        return _exchange.Take(from, _shard).MergeInto(Journeys, into);
    }

    private void GiveAway(ulong merged, int to)
    {
        int place = Journeys.Find(merged);
        if (place == 0)
        {
            _exchange.Give(_shard, to, PersonTransfer.Nobody);
            return;
        }

        _exchange.Give(_shard, to, PersonTransfer.Of(Journeys, place));
        Journeys.Remove(place);
    }
}
