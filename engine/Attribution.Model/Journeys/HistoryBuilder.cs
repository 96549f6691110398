using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Evidence;

namespace Attribution.Model.Journeys;

/// <summary>
/// One person's history made of events in any order, and what a config says of it: the attribution function
/// in its plainest form, for tests, examples and explanations. Allocates freely; not thread-safe.
/// </summary>
public sealed class HistoryBuilder : IJourneyTexts
{
    private readonly EventClassifier _classifier;
    private readonly Attributor _attributor;
    private readonly List<byte[]> _texts = [[]];
    private readonly Dictionary<string, int> _textIds = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<Touch> _touches = [];
    private readonly List<Conversion> _conversions = [];
    private readonly List<Milestone> _milestones = [];
    private bool _isSorted;

    public HistoryBuilder(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _classifier = new EventClassifier(config);
        _attributor = new Attributor(config);
    }

    public AttributionConfig Config { get; }

    /// <summary>Valid until the next event is added.</summary>
    public PersonHistory History
    {
        get
        {
            Sort();
            return new PersonHistory
            {
                Touches = _touches.ToArray(),
                Conversions = _conversions.ToArray(),
                Milestones = _milestones.ToArray(),
                Texts = this,
            };
        }
    }

    /// <summary>Adds an event that names the person.</summary>
    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        Add(record, eventBytes, isProbable: false);

    /// <summary>Adds an event of nobody known that came from the person's address and device: it can be a
    /// touch, and nothing else.</summary>
    public void AddProbable(in EventRecord record, ReadOnlySpan<byte> eventBytes) =>
        Add(record, eventBytes, isProbable: true);

    /// <summary>What every model says of every conversion, in total order.</summary>
    public IReadOnlyList<AttributedConversion> Attribute() => Attribute(default);

    /// <summary>The same for a history of which limits dropped something.</summary>
    public IReadOnlyList<AttributedConversion> Attribute(HistoryLimits limits)
    {
        PersonHistory history = History;
        var result = new AttributionResult(Config);
        var evidence = new EvidenceWriter(Config);
        var conversions = new List<AttributedConversion>();
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            _attributor.Attribute(history, i, result);
            var models = new List<AttributedModel>();
            for (int model = 0; model < Config.Models.Count; model++)
            {
                models.Add(new AttributedModel
                {
                    Model = Config.Models[model].Name,
                    Touches = Spell(history.Touches, result.Shares(model)),
                    EvidenceJson = evidence.Write(history, result, model, limits).ToArray(),
                });
            }

            ref readonly Conversion conversion = ref history.Conversions[i];
            conversions.Add(new AttributedConversion
            {
                Id = IdText(conversion.EventId),
                Type = TextOf(conversion.TypeId),
                TimeMillis = conversion.TimeMillis,
                RevenueTenThousandths = conversion.RevenueTenThousandths,
                Verdict = result.Verdict,
                Models = models,
            });
        }

        return conversions;
    }

    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _texts[(int)id.Low] : buffer[..id.Write(buffer)];

    public ReadOnlySpan<byte> Text(int id) => _texts[id];

    public ReadOnlySpan<byte> UserId(in Conversion conversion) => _texts[(int)conversion.UserId];

    /// <summary>Adds what an event was made of; its id and text ids are of this builder.</summary>
    internal void Add(Touch touch)
    {
        _touches.Add(touch);
        _isSorted = false;
    }

    internal void Add(Conversion conversion)
    {
        _conversions.Add(conversion);
        _isSorted = false;
    }

    internal void Add(Milestone milestone)
    {
        _milestones.Add(milestone);
        _isSorted = false;
    }

    internal CompactId Id(ReadOnlySpan<byte> text) =>
        CompactId.TryPack(text, out CompactId id) ? id : CompactId.OnHeap((ulong)Intern(text), text.Length);

    internal int Intern(ReadOnlySpan<byte> text)
    {
        // Latin-1 keeps every byte, so that texts which are no UTF-8 stay apart too.
        string key = Encoding.Latin1.GetString(text);
        if (_textIds.TryGetValue(key, out int id))
            return id;
        _texts.Add(text.ToArray());
        return _textIds[key] = _texts.Count - 1;
    }

    private void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes, bool isProbable)
    {
        EventRole role = _classifier.Classify(record, eventBytes);
        CompactId id = Id(record.Field(EventField.EventId, eventBytes));
        int type = Intern(record.Field(EventField.Type, eventBytes));
        if (role.IsTouch)
        {
            Touch touch = role.Touch;
            touch.EventId = id;
            touch.TypeId = type;
            touch.SourceId = Intern(role.Source);
            touch.MediumId = Intern(role.Medium);
            touch.CampaignId = Intern(role.Campaign);
            touch.Flags |= isProbable ? TouchFlags.Probabilistic : TouchFlags.None;
            Add(touch);
        }

        if (isProbable)
            return;
        if (role.IsConversion)
            Add(ToConversion(role, record, eventBytes) with { EventId = id, TypeId = type });
        for (MilestoneKind kind = 0; kind <= MilestoneKind.Opportunity; kind++)
        {
            if ((role.Milestones & (1 << (int)kind)) != 0)
                Add(new Milestone { TimeMillis = record.Header.TimestampMillis, EventId = id, Kind = kind });
        }
    }

    private Conversion ToConversion(EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        bool hasRevenue = (record.Header.Flags & EventFlags.HasRevenue) != 0;
        ReadOnlySpan<byte> user = record.Field(EventField.UserId, eventBytes);
        return new Conversion
        {
            TimeMillis = record.Header.TimestampMillis,
            Kind = role.ConversionKind,
            Currency = record.Header.Currency,
            RevenueTenThousandths = hasRevenue ? record.Header.RevenueTenThousandths : 0,
            InstallBeginMillis = role.InstallBeginMillis,
            ProjectId = Intern(record.Field(EventField.Project, eventBytes)),
            UserId = (uint)Intern(user),
            UserIdLength = (ushort)user.Length,
        };
    }

    /// <summary>Brings each run into total order, each event in it once.</summary>
    private void Sort()
    {
        if (_isSorted)
            return;

        IEnumerable<Touch> knownFirst = _touches.OrderBy(touch => touch.IsProbabilistic);
        Sort(knownFirst, _touches, (a, b) => TotalOrder.Compare(a, b, this));
        Sort(_conversions, _conversions, (a, b) => TotalOrder.Compare(a, b, this));
        Sort(_milestones, _milestones, (a, b) => TotalOrder.Compare(a, b, this));
        _isSorted = true;
    }

    private static void Sort<T>(IEnumerable<T> added, List<T> items, Comparison<T> compare)
    {
        // Stable, so that of two that are one event the first to come stays: a touch that names the person
        // before the same one by its address.
        T[] sorted = [.. added.Order(Comparer<T>.Create(compare))];
        items.Clear();
        foreach (T item in sorted)
        {
            if (items.Count == 0 || compare(items[^1], item) != 0)
                items.Add(item);
        }
    }

    private AttributedTouch[] Spell(ReadOnlySpan<Touch> touches, ReadOnlySpan<CreditShare> shares)
    {
        var spelled = new AttributedTouch[shares.Length];
        for (int i = 0; i < shares.Length; i++)
        {
            ref readonly Touch touch = ref touches[shares[i].Touch];
            spelled[i] = new AttributedTouch
            {
                Id = IdText(touch.EventId),
                Type = TextOf(touch.TypeId),
                TimeMillis = touch.TimeMillis,
                Channel = Config.Channels[touch.Channel],
                Source = TextOf(touch.SourceId),
                Medium = TextOf(touch.MediumId),
                Campaign = TextOf(touch.CampaignId),
                CreditMillionths = shares[i].Credit,
                ValueTenThousandths = shares[i].Value,
            };
        }

        return spelled;
    }

    private string IdText(in CompactId id) => Encoding.UTF8.GetString(EventId(id, stackalloc byte[36]));

    private string TextOf(int id) => Encoding.UTF8.GetString(_texts[id]);
}
