using System.Globalization;
using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Golden;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Support;

/// <summary>One person's whole history under one config, each run in total order. Immutable.</summary>
public sealed record Person(
    AttributionConfig Config, Touch[] Touches, Conversion[] Conversions, Milestone[] Milestones)
{
    public override string ToString()
    {
        var text = new StringBuilder().Append(Persons.NameOf(Config)).AppendLine();
        foreach (Touch t in Touches)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Persons.Id(t.EventId)} {Span(t.TimeMillis)} {t.Kind} {t.Flags} hash {t.ClickHash} "
                + $"currency {t.Currency} window {t.Window} fraud {t.FraudRule} channel {t.Channel}");
        }

        foreach (Conversion c in Conversions)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Persons.Id(c.EventId)} {Span(c.TimeMillis)} {c.Kind} {c.RevenueTenThousandths} "
                + $"currency {c.Currency} begin {c.InstallBeginMillis}");
        }

        foreach (Milestone m in Milestones)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Persons.Id(m.EventId)} {Span(m.TimeMillis)} {m.Kind}");
        }

        return text.ToString();
    }

    /// <summary>What the function says, with the events arriving in the order of a seed.</summary>
    public IReadOnlyList<AttributedConversion> Attribute(int seed = 0)
    {
        var builder = new HistoryBuilder(Config);
        Action[] adds =
        [
            .. Touches.Select(t => (Action)(() => builder.Add(t))),
            .. Conversions.Select(c => (Action)(() => builder.Add(c))),
            .. Milestones.Select(m => (Action)(() => builder.Add(m))),
        ];
        if (seed != 0)
            new Random(seed).Shuffle(adds);
        foreach (Action add in adds)
            add();
        return builder.Attribute();
    }

    private static string Span(long millis) => TimeSpan.FromMilliseconds(millis - Histories.Noon).ToString();
}

/// <summary>Generates persons with everything mixed, and the configs they are judged by. Stateless.</summary>
internal static class Persons
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    private static readonly FakeTable[] Fitted =
    [
        new(CreditModel.Markov, false, ("Direct", 999_999_937), ("Email", 1), ("Paid Search", 333_333_333)),
        new(CreditModel.Shapley, true, ("Direct", 1_000_000_000), ("Paid Search", 7), ("Display", 77_777)),
    ];

    /// <summary>A condition; whether it holds is generated.</summary>
    private const string When = """{"field":"source","equals":"x"}""";

    private const string AllModels =
        """
        "models":["first","last","last_non_direct","linear","time_decay","position_based","w_shaped",
        "full_path","j_shaped","inverse_j","participation","mmp","mmp_retargeting","markov","shapley",
        "custom:ends","custom:odd"],
        "custom":[{"name":"ends","first":[300000,200000,1],"rest":99999,"last":[150000,250000]},
        {"name":"odd","first":[0,0,500000],"rest":500000,"last":[0]}]
        """;

    private static readonly (string Name, string Json)[] Documents =
    [
        ("web", "{}"),
        ("web with all models", $$"""{ {{AllModels}} }"""),
        ("everything", $$"""
            { {{AllModels}}, "max_touches":7, "journey":"since_conversion", "same_currency":true,
            "windows":{"click":"7d","view":"1d","visit":"3d","referrer":"5d","probabilistic_click":"1d",
            "probabilistic_view":"12h","rules":[
            {"name":"a","when":{{When}},"click":"2d","view":"3d","probabilistic_click":"0s"},
            {"name":"b","when":{{When}},"click":"30d","view":"6h"}]},
            "duplicates":{"click_id":"2d"}, "time_decay":{"half_life":"2d","step":"1d"},
            "fraud":{"min_time_to_install":"1h","injection":true,"max_clicks":2,"max_clicks_within":"1d",
            "rules":[{"name":"x","when":{{When}}},{"name":"y","when":{{When}}}]},
            "mmp":{"installs":true,"reattribution":"30d","inactivity":"3d","reengagement":"10d",
            "lifetime":"40d"} }
            """),
        ("mobile without limits", $$"""
            { {{AllModels}}, "profile":"mmp", "windows":{"click":"20d","probabilistic_view":"1d","rules":[
            {"name":"a","when":{{When}},"click":"1d"},{"name":"b","when":{{When}}}]},
            "mmp":{"reattribution":"30d","reengagement":"20d"}, "candidates":{"before":"0s","after":"1d"},
            "fraud":{"rules":[{"name":"x","when":{{When}}},{"name":"y","when":{{When}}}]} }
            """),
        ("mobile models on the web", $$"""
            { {{AllModels}}, "journey":"since_conversion", "max_touches":3, "duplicates":{"click_id":"6h"},
            "w_shaped":{"first":0,"lead":500000,"opportunity":0,"rest":500000},
            "position_based":{"first":0,"middle":700000,"last":300000} }
            """),
    ];

    public static IReadOnlyList<AttributionConfig> Configs { get; } =
    [
        .. Documents.Select(document =>
            GoldenConfig.Parse(document.Json, document.Json == "{}" ? [] : Fitted)),
    ];

    public static string NameOf(AttributionConfig config) =>
        Documents[Configs.ToList().IndexOf(config)].Name;

    public static string Id(CompactId id) =>
        Encoding.UTF8.GetString(InlineTexts.Instance.EventId(id, new byte[36]));

    public static void ForAll(int cases, Func<Person, bool> holds) =>
        Prop.ForAll(Arbitrary(), holds).CheckThrow(cases);

    public static Arbitrary<Person> Arbitrary() =>
        (from config in Gen.Elements<AttributionConfig>(Configs)
         from seed in Gen.Choose(1, int.MaxValue)
         from size in Gen.Choose(0, 22)
         select Make(config, new Random(seed), size)).ToArbitrary();

    /// <summary>The same person for the same number, in every run.</summary>
    public static Person Numbered(int number) =>
        Make(Configs[number % Configs.Count], new Random(number), number % 23);

    private static Person Make(AttributionConfig config, Random random, int size)
    {
        int span = random.Next(2) == 0 ? 20 : 100;
        int number = 0;
        CompactId NextId() => CompactId.TryPack(
            Encoding.UTF8.GetBytes($"e{(number++ * 7919) % 65_537:x}"), out CompactId id) ? id : default;

        Touch[] touches =
        [
            .. Enumerable.Range(0, size)
                .Select(_ => MakeTouch(config, random, Time(random, span), NextId())),
        ];
        Conversion[] conversions =
        [
            .. Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => MakeConversion(random, Time(random, span), NextId())),
        ];
        Milestone[] milestones =
        [
            .. Enumerable.Range(0, random.Next(0, 8)).Select(_ => new Milestone
            {
                TimeMillis = Time(random, span),
                EventId = NextId(),
                Kind = (MilestoneKind)random.Next(3),
            }),
        ];

        // Some events are two things at once.
        for (int i = 0; size > 0 && i < conversions.Length; i++)
        {
            Touch same = touches[random.Next(size)];
            if (random.Next(4) == 0 && conversions.All(c => c.EventId != same.EventId))
                (conversions[i].EventId, conversions[i].TimeMillis) = (same.EventId, same.TimeMillis);
        }

        for (int i = 0; size > 0 && i < milestones.Length; i++)
        {
            Touch same = touches[random.Next(size)];
            if (random.Next(4) == 0)
                (milestones[i].EventId, milestones[i].TimeMillis) = (same.EventId, same.TimeMillis);
        }

        return Sorted(new Person(config, touches, conversions, milestones));
    }

    public static Person Sorted(Person person) => person with
    {
        Touches =
        [
            .. person.Touches.OrderBy(t => t.TimeMillis).ThenBy(t => Id(t.EventId), StringComparer.Ordinal),
        ],
        Conversions =
        [
            .. person.Conversions.OrderBy(c => c.TimeMillis)
                .ThenBy(c => Id(c.EventId), StringComparer.Ordinal),
        ],
        Milestones =
        [
            .. person.Milestones.OrderBy(m => m.TimeMillis).ThenBy(m => Id(m.EventId), StringComparer.Ordinal)
                .ThenBy(m => m.Kind).DistinctBy(m => (m.TimeMillis, m.EventId, m.Kind)),
        ],
    };

    /// <summary>On a grid of six hours, so that equal times and windows' edges are common; some beside it.
    /// </summary>
    private static long Time(Random random, int days) => Histories.Noon - (random.Next(days * 4) * 6 * Hour)
        + random.Next(8) switch { 0 => -1, 1 => 1, 2 => random.Next(6 * 3_600_000), _ => 0 };

    private static Touch MakeTouch(AttributionConfig config, Random random, long time, CompactId id)
    {
        var kind = (TouchKind)random.Next(1, 5);
        bool isDirect = kind == TouchKind.Visit && random.Next(2) == 0;
        return new Touch
        {
            TimeMillis = time,
            EventId = id,
            Kind = kind,
            Channel = isDirect ? (ushort)0 : (ushort)random.Next(1, 19),
            ClickHash = random.Next(2) == 0 ? 0u : (uint)random.Next(1, 5),
            Currency = random.Next(3) switch { 0 => 0x525545u, 1 => 0x445355u, _ => 0u },
            Window = (byte)(random.Next(3) == 0 ? random.Next(config.Windows.Settings.Count) : 0),
            FraudRule = (byte)(random.Next(8) == 0 ? random.Next(config.Fraud.RuleNames.Count + 1) : 0),
            Flags = (isDirect ? TouchFlags.Direct : 0)
                | (random.Next(5) == 0 ? TouchFlags.Probabilistic : 0)
                | (random.Next(4) == 0 ? TouchFlags.CarriesId : 0)
                | (random.Next(2) == 0 ? TouchFlags.Retargeting : 0),
        };
    }

    private static Conversion MakeConversion(Random random, long time, CompactId id) => new()
    {
        TimeMillis = time,
        EventId = id,
        Kind = (ConversionKind)random.Next(2),
        Currency = random.Next(3) == 0 ? 0u : 0x445355u,
        InstallBeginMillis = random.Next(2) == 0 ? 0 : time - (random.Next(3) * 6 * Hour),
        RevenueTenThousandths = random.Next(8) switch
        {
            0 => long.MaxValue,
            1 => long.MinValue,
            2 => 0,
            3 => random.Next(-9, 10),
            4 => -random.NextInt64(long.MaxValue),
            5 => random.NextInt64(long.MaxValue),
            _ => random.Next(1_000_000),
        },
    };
}
