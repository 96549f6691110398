using System.Text;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Tests.Workers.Support;

/// <summary>
/// The rows that a set of events must lead to, whatever the order, the batches and the shards they came in:
/// all events at once, grouped by person, sorted, and given to the same function. No bounds. Owned by one
/// test.
/// </summary>
internal sealed class NaiveRows(AttributionConfig config) : IJourneyTexts
{
    private readonly EventClassifier _classifier = new(config);
    private readonly EventIds _ids = new(config.Identity);
    private readonly ConversionRows _rows = new(config);
    private readonly Dictionary<ulong, ulong> _parents = [];
    private readonly List<byte[]> _texts = [];

    public Dictionary<(string Conversion, string Model), string> Of(IEnumerable<SampleEvent> samples)
    {
        Known[] events = [.. samples.Select(Read)];
        foreach (Known known in events)
            known.Person = Find(known.Strongest);

        var rows = new Dictionary<(string, string), string>();
        foreach (IGrouping<ulong, Known> person in events.GroupBy(known => known.Person))
            Attribute(person.Key, [.. person], events, rows);
        return rows;
    }

    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _texts[(int)id.Low] : buffer[..id.Write(buffer)];

    public ReadOnlySpan<byte> Text(int id) => _texts[id];

    public ReadOnlySpan<byte> UserId(in Conversion conversion) => _texts[(int)conversion.UserId];

    private void Attribute(
        ulong person, Known[] own, Known[] all, Dictionary<(string, string), string> rows)
    {
        IEnumerable<Touch> copies = Copies(own, all);
        Touch[] touches = [.. own.Where(known => known.IsTouch).Select(known => known.Touch).Concat(copies)];
        Conversion[] conversions = [.. own.Where(e => e.IsConversion).Select(e => e.Conversion)];
        Milestone[] milestones = [.. own.SelectMany(known => known.Milestones)];
        Array.Sort(touches, (a, b) => TotalOrder.Compare(a, b, this));
        Array.Sort(conversions, (a, b) => TotalOrder.Compare(a, b, this));
        Array.Sort(milestones, (a, b) => TotalOrder.Compare(a, b, this));
        var history = new PersonHistory
        {
            Touches = touches,
            Conversions = conversions,
            Milestones = milestones,
            Texts = this,
        };
        var result = new AttributionResult(config);
        var attributor = new Attributor(config);
        var buffer = new byte[36];
        for (int i = 0; i < conversions.Length; i++)
        {
            attributor.Attribute(history, i, result);
            string id = Encoding.UTF8.GetString(EventId(conversions[i].EventId, buffer));
            for (int model = 0; model < config.Models.Count; model++)
            {
                var row = new RowText();
                _rows.Write(row, history, result, model, new RowStamp { Person = person, Limits = default });
                rows.Add((id, row.Model), row.ToString());
            }
        }
    }

    /// <summary>Touches of other persons that match one of the person's installs, each once.</summary>
    private IEnumerable<Touch> Copies(Known[] own, Known[] all) => config.Windows.HasProbabilistic
        ? from other in all
          where other.IsTouch && other.Touch.Kind is TouchKind.Click or TouchKind.View
          where own.Any(install => install.IsInstall && Matches(install, other))
          select other.Touch with { Flags = other.Touch.Flags | TouchFlags.Probabilistic }
        : [];

    private bool Matches(Known install, Known touch)
    {
        long age = install.Conversion.TimeMillis - touch.Touch.TimeMillis;
        return install.Person != touch.Person && install.Fingerprint is { } print
            && touch.Fingerprint == print && age >= 0 && age <= config.Windows.LongestProbabilistic;
    }

    private Known Read(SampleEvent sample)
    {
        EventRecord record = sample.ToRecord(out byte[] bytes);
        record.ComputeHashes(bytes);
        _ids.Read(record, bytes);
        foreach (PersonId id in _ids.All)
            Link(_ids.Strongest, id.Hash);

        EventRole role = _classifier.Classify(record, bytes);
        CompactId eventId = Pack(record.Field(EventField.EventId, bytes));
        Touch touch = role.Touch;
        touch.EventId = eventId;
        touch.TypeId = Add(record.Field(EventField.Type, bytes));
        touch.SourceId = Add(role.Source);
        touch.MediumId = Add(role.Medium);
        touch.CampaignId = Add(role.Campaign);
        int milestones = role.Milestones;
        return new Known
        {
            Strongest = _ids.Strongest,
            Fingerprint = Fingerprint.TryOf(record, bytes, out ulong print) ? print : null,
            IsTouch = role.IsTouch,
            Touch = touch,
            IsConversion = role.IsConversion,
            Conversion = ToConversion(role, record, bytes, eventId),
            Milestones =
            [
                .. Enum.GetValues<MilestoneKind>().Where(kind => (milestones & (1 << (int)kind)) != 0)
                    .Select(kind => new Milestone
                    {
                        TimeMillis = record.Header.TimestampMillis,
                        EventId = eventId,
                        Kind = kind,
                    }),
            ],
        };
    }

    private Conversion ToConversion(
        in EventRole role, in EventRecord record, ReadOnlySpan<byte> bytes, CompactId eventId)
    {
        ReadOnlySpan<byte> user = record.Field(EventField.UserId, bytes);
        return new Conversion
        {
            TimeMillis = record.Header.TimestampMillis,
            EventId = eventId,
            Kind = role.ConversionKind,
            InstallBeginMillis = role.InstallBeginMillis,
            Currency = record.Header.Currency,
            RevenueTenThousandths = record.Header.RevenueTenThousandths,
            ProjectId = Add(record.Field(EventField.Project, bytes)),
            TypeId = Add(record.Field(EventField.Type, bytes)),
            UserId = (uint)Add(user),
            UserIdLength = (ushort)user.Length,
        };
    }

    private CompactId Pack(ReadOnlySpan<byte> text) => CompactId.TryPack(text, out CompactId id)
        ? id
        : CompactId.OnHeap((ulong)Add(text), text.Length);

    private int Add(ReadOnlySpan<byte> text)
    {
        _texts.Add(text.ToArray());
        return _texts.Count - 1;
    }

    private ulong Find(ulong id)
    {
        while (_parents.TryGetValue(id, out ulong parent))
            id = parent;
        return id;
    }

    private void Link(ulong a, ulong b)
    {
        (a, b) = (Find(a), Find(b));
        if (a != b)
            _parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>One event, with what it means.</summary>
    private sealed class Known
    {
        public required ulong Strongest { get; init; }
        public required ulong? Fingerprint { get; init; }
        public required bool IsTouch { get; init; }
        public required Touch Touch { get; init; }
        public required bool IsConversion { get; init; }
        public required Conversion Conversion { get; init; }
        public required Milestone[] Milestones { get; init; }
        public ulong Person { get; set; }

        public bool IsInstall => IsConversion && Conversion.Kind == ConversionKind.Install;
    }
}
