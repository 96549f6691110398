using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Ring;

namespace Attribution.Engine.Workers;

/// <summary>
/// Stores the events of the persons in its shard, keeps their journeys and attributes their conversions.
/// Runs on one processor thread and shares nothing but the ring and, at merges, the exchange.
/// </summary>
internal sealed class ShardWorker : IBatchHandler, IDisposable
{
    private readonly int _shard;
    private readonly EventRing _ring;
    private readonly ShardExchange _exchange;
    private readonly ShardWriter _writer;
    private readonly AttributionConfig _config;
    private readonly EventClassifier _classifier;
    private readonly AttributionEmitter _emitter;

    public ShardWorker(
        int shard, EventRing ring, ShardExchange exchange, ShardWriter writer, WorkerSetup setup)
    {
        _shard = shard;
        _ring = ring;
        _exchange = exchange;
        _writer = writer;
        _config = setup.Config;
        _classifier = new EventClassifier(setup.Config);
        Journeys = new JourneyStore(setup.Options, setup.Config.MaxLookbackMillis);
        _emitter = new AttributionEmitter(setup.Config, writer);
    }

    public JourneyStore Journeys { get; }

    /// <summary>Events of this shard, repetitions not counted.</summary>
    public long EventCount { get; private set; }

    public long ConversionCount { get; private set; }

    /// <summary>Conversions attributed again because their history changed.</summary>
    public long ReattributedCount { get; private set; }

    public long AttributionRowCount => _emitter.RowCount;

    public void OnStart()
    {
    }

    public void OnStop() => _writer.Flush();

    public void OnIdle() => _writer.OnIdle();

    public void OnBatch(long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
            Handle(_ring[sequence], sequence);
        _writer.Processed(last);
    }

    /// <summary>Takes in an event known from earlier runs: the journey grows, nothing is written.</summary>
    public void Restore(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        if (_exchange.ShardOf(record.Person) == _shard)
            AddToJourney(record, eventBytes, out _, out _);
    }

    public void Dispose() => Journeys.Dispose();

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
        bool merged = MoveMerged(record, isMine);
        if (!isMine)
            return;

        ReadOnlySpan<byte> eventBytes = _ring.Bytes(record);
        _writer.WriteEvent(record, eventBytes, sequence);
        EventCount++;
        AddToJourney(record, eventBytes, out Touch touch, out Conversion conversion);
        ConversionCount += conversion.TimeMillis == 0 ? 0 : 1;
        if (merged || touch.TimeMillis != 0 || conversion.TimeMillis != 0)
            Attribute(record.Person, merged, touch, conversion, sequence);
    }

    /// <summary>Puts an event where it belongs in its person's journey.</summary>
    /// <param name="touch">The touch that was inserted, or one without a time.</param>
    /// <param name="conversion">The conversion to attribute, or one without a time.</param>
    private void AddToJourney(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, out Touch touch, out Conversion conversion)
    {
        touch = default;
        conversion = default;
        EventRole role = _classifier.Classify(record, eventBytes);
        if (!role.IsTouch && !role.IsConversion)
            return;

        int place = Journeys.FindOrAdd(record.Person, record.Header.TimestampMillis);
        ref PersonState person = ref Journeys.Person(place);
        if (role.IsTouch)
            touch = InsertTouch(ref person, role, record, eventBytes);
        if (role.IsConversion)
            conversion = InsertConversion(ref person, role, record, eventBytes);
    }

    private Touch InsertTouch(
        ref PersonState person, in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        Touch touch = role.Touch;
        touch.TypeId = Journeys.Texts.Intern(record.Field(EventField.Type, eventBytes));
        touch.SourceId = Journeys.Texts.Intern(role.Source);
        touch.MediumId = Journeys.Texts.Intern(role.Medium);
        touch.CampaignId = Journeys.Texts.Intern(role.Campaign);
        if (!Journeys.TryPackId(record.Field(EventField.EventId, eventBytes), out touch.EventId))
            return default;
        if (Journeys.InsertTouch(ref person, touch) == InsertOutcome.Inserted)
            return touch;
        Journeys.Release(touch.EventId);
        return default;
    }

    private Conversion InsertConversion(
        ref PersonState person, in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        var conversion = new Conversion
        {
            ProjectId = Journeys.Texts.Intern(record.Field(EventField.Project, eventBytes)),
            TypeId = Journeys.Texts.Intern(record.Field(EventField.Type, eventBytes)),
            Currency = record.Header.Currency,
            Kind = role.ConversionKind,
            TimeMillis = record.Header.TimestampMillis,
            RevenueTenThousandths = record.Header.RevenueTenThousandths,
        };
        if (!Journeys.TryPackId(
            record.Field(EventField.EventId, eventBytes), out conversion.EventId))
            return default;

        Journeys.SetUserId(ref conversion, record.Field(EventField.UserId, eventBytes));
        if (Journeys.InsertConversion(ref person, conversion) == InsertOutcome.Known)
        {
            Journeys.Release(conversion);
            return default;
        }

        return conversion;
    }

    /// <summary>
    /// Attributes the new conversion and those whose history changed, each once: all rows of one event carry
    /// one version, so a conversion must not be written twice.
    /// </summary>
    private void Attribute(
        ulong key, bool merged, in Touch touch, in Conversion conversion, long sequence)
    {
        int place = Journeys.Find(key);
        if (place == 0)
            return;

        ref readonly PersonState person = ref Journeys.Person(place);
        PersonHistory history = Journeys.History(person);
        bool isNewEmitted = conversion.TimeMillis == 0;
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            ref readonly Conversion kept = ref history.Conversions[i];
            bool isNew = !isNewEmitted && kept.EventId.Equals(conversion.EventId)
                && kept.TimeMillis == conversion.TimeMillis;
            if (!isNew && !merged && !IsInReach(touch, kept))
                continue;
            _emitter.Emit(person, history, i, sequence);
            isNewEmitted |= isNew;
            ReattributedCount += isNew ? 0 : 1;
        }

        if (isNewEmitted)
            return;

        // It found no room in the journey: attributed all the same, but later touches pass it by.
        var alone = new PersonHistory
        {
            Touches = history.Touches,
            Conversions = new ReadOnlySpan<Conversion>(in conversion),
            Texts = Journeys,
        };
        _emitter.Emit(person, alone, 0, sequence);
        Journeys.Release(conversion);
    }

    private bool IsInReach(in Touch touch, in Conversion conversion)
    {
        long age = conversion.TimeMillis - touch.TimeMillis;
        return touch.TimeMillis != 0 && age >= 0 && age <= _config.MaxLookbackMillis;
    }

    private bool MoveMerged(in EventRecord record, bool isMine) =>
        (record.MergedA | record.MergedB) != 0
        && (MoveOne(record.MergedA, record.Person, isMine) | MoveOne(record.MergedB, record.Person, isMine));

    /// <returns>Whether a journey of this shard may have grown.</returns>
    private bool MoveOne(ulong merged, ulong into, bool isMine)
    {
        if (merged == 0)
            return false;

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
        _exchange.Take(from, _shard).MergeInto(Journeys, into);
        return true;
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
