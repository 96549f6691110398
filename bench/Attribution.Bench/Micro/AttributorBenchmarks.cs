using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost per touch of sharing one conversion, under the six models of the web and under every model with every
/// rule on; of writing the evidence for it; and per event of saying what it means. One thread.
/// </summary>
[MemoryDiagnoser]
public class AttributorBenchmarks
{
    private const int Classified = 4;
    private const long Noon = 1_781_524_800_000;
    private const long Hour = 3_600_000;

    private static readonly AttributionConfig Config = AttributionConfig.Web;
    private readonly Attributor _attributor = new(Config);
    private readonly AttributionResult _result = new(Config);
    private readonly Attributor _allModels = new(Everything());
    private readonly AttributionResult _allResult;
    private readonly EvidenceWriter _evidence = new(Config);
    private readonly EvidenceWriter _allEvidence;
    private readonly EventClassifier _classifier = new(Config);
    private readonly Touch[] _four = Journey(4);
    private readonly Touch[] _sixteen = Journey(16);
    private readonly Touch[] _hundredTwentyEight = Journey(128);
    private readonly Conversion _conversion = new() { TimeMillis = Noon, RevenueTenThousandths = 1_234_567 };

    private readonly (EventRecord Record, byte[] Bytes)[] _events =
    [
        Event("click", (EventField.Source, "google"), (EventField.Medium, "cpc"),
            (EventField.Campaign, "spring")),
        Event("visit", (EventField.Referrer, "https://news.google.co.uk/"),
            (EventField.Url, "https://a.example/")),
        Event("impression", (EventField.Source, "dv360"), (EventField.Medium, "display")),
        Event("purchase"),
    ];

    public AttributorBenchmarks()
    {
        _allResult = new AttributionResult(_allModels.Config);
        _allEvidence = new EvidenceWriter(_allModels.Config);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = 4)]
    public int FourTouches() => Attribute(_four, _attributor, _result);

    [Benchmark(OperationsPerInvoke = 16)]
    public int SixteenTouches() => Attribute(_sixteen, _attributor, _result);

    [Benchmark(OperationsPerInvoke = 128)]
    public int AsManyTouchesAsTheLimit() => Attribute(_hundredTwentyEight, _attributor, _result);

    [Benchmark(OperationsPerInvoke = 16)]
    public int SixteenTouchesUnderEveryModel() => Attribute(_sixteen, _allModels, _allResult);

    [Benchmark(OperationsPerInvoke = 128)]
    public int AsManyTouchesAsTheLimitUnderEveryModel() =>
        Attribute(_hundredTwentyEight, _allModels, _allResult);

    /// <summary>The function and its evidence for each of the six models.</summary>
    [Benchmark(OperationsPerInvoke = 16)]
    public int SixteenTouchesWithEvidence() => AttributeAndWrite(_sixteen, _attributor, _result, _evidence);

    [Benchmark(OperationsPerInvoke = 16)]
    public int SixteenTouchesUnderEveryModelWithEvidence() =>
        AttributeAndWrite(_sixteen, _allModels, _allResult, _allEvidence);

    [Benchmark(OperationsPerInvoke = Classified)]
    public int Classify()
    {
        int touches = 0;
        foreach (ref readonly (EventRecord Record, byte[] Bytes) e in _events.AsSpan())
            touches += _classifier.Classify(e.Record, e.Bytes).IsTouch ? 1 : 0;
        return touches;
    }

    private int Attribute(Touch[] touches, Attributor attributor, AttributionResult result)
    {
        attributor.Attribute(History(touches), 0, result);
        return result.EligibleCount;
    }

    private int AttributeAndWrite(
        Touch[] touches, Attributor attributor, AttributionResult result, EvidenceWriter writer)
    {
        PersonHistory history = History(touches);
        attributor.Attribute(history, 0, result);
        int bytes = 0;
        for (int model = 0; model < result.Config.Models.Count; model++)
            bytes += writer.Write(history, result, model, default).Length;
        return bytes;
    }

    private PersonHistory History(Touch[] touches) => new()
    {
        Touches = touches,
        Conversions = new ReadOnlySpan<Conversion>(in _conversion),
        Texts = NoTexts.Instance,
    };

    /// <summary>Every model that needs no fit, and every rule that an event can be judged by.</summary>
    private static AttributionConfig Everything() => new()
    {
        Models =
        [
            .. CreditModels.All.Where(model => model is not (CreditModel.Markov or CreditModel.Shapley))
                .Select(model => new ModelSpec(model.Name(), model)),
        ],
        StartsAnewAtConversion = true,
        RequiresSameCurrency = true,
        DuplicateClickMillis = 24 * Hour,
        Installs = new InstallConfig { AppliesReinstalls = true },
        Fraud = new FraudConfig { MaxClicks = 10, RejectsInjection = true, MinTimeToInstallMillis = 10_000 },
    };

    private static Touch[] Journey(int touches) =>
    [
        .. Enumerable.Range(0, touches).Select(i => new Touch
        {
            TimeMillis = Noon - ((touches - i) * 5 * Hour),
            Kind = (TouchKind)(1 + (i % 4)),
            Flags = i % 3 == 0 ? TouchFlags.Direct : TouchFlags.None,
        }),
    ];

    private static (EventRecord Record, byte[] Bytes) Event(
        string type, params (EventField Field, string Value)[] fields)
    {
        var record = default(EventRecord);
        var bytes = new List<byte>();
        foreach ((EventField field, string value) in fields.Prepend((EventField.Type, type)))
        {
            record.Header.Fields[(int)field] =
                new FieldSlice { Offset = (ushort)bytes.Count, Length = (ushort)value.Length };
            bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(value));
        }

        return (record, [.. bytes]);
    }

    /// <summary>The function asks for texts only to sort, and these journeys are sorted.</summary>
    private sealed class NoTexts : IJourneyTexts
    {
        public static NoTexts Instance { get; } = new();

        public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) => buffer[..id.Write(buffer)];

        public ReadOnlySpan<byte> Text(int id) => default;

        public ReadOnlySpan<byte> UserId(in Conversion conversion) => default;
    }
}
