using System.Globalization;
using System.Text.RegularExpressions;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Golden;

/// <summary>
/// One hand-worked case: a config, the events of one person, and what must come of them. Immutable once read.
/// </summary>
/// <remarks>
/// The format, one statement per line; <c>#</c> begins a line of reasoning:
/// <code>
/// case NAME
/// config JSON                                 (several lines are joined)
/// fitted markov|shapley [shared] "CHANNEL"=WEIGHT …
/// at ID TIME KIND[+KIND…] [ATTRIBUTE …]       (TIME: 0, -7d, -7d-1ms, or a date and time in UTC)
/// > CONVERSION MODEL = TOUCH CREDIT VALUE, …  (or: nobody)
/// ! CONVERSION MODEL TOUCH: EVIDENCE          (as people read it; all of that row where there is one)
/// ~ CONVERSION MODEL: EVIDENCE                (the head: considered 3, eligible 2, …; those named)
/// ? CONVERSION VERDICT
/// </code>
/// Kinds are click, view, visit, referrer, open, lead, opportunity, and any other name for a conversion.
/// Attributes of a touch: direct, probable, with_id, retargeting, click_id=, fraud=, window=, currency=,
/// channel="". Of a conversion: revenue=, currency=, begin=TIME. MODEL may be <c>*</c> for all of them.
/// </remarks>
internal sealed partial class GoldenCase
{
    /// <summary>The time 0 of a case: 2026-06-15 12:00 UTC.</summary>
    public const long Zero = 1_781_524_800_000;

    private static readonly string[] Kinds = ["click", "view", "visit", "referrer"];
    private static readonly string[] MilestoneKinds = ["open", "lead", "opportunity"];

    private readonly List<IFittedTable> _fitted = [];
    private readonly List<string[]> _events = [];
    private string _config = "";

    public required string Name { get; init; }
    public List<string> Shares { get; } = [];
    public List<string> Rejections { get; } = [];
    public List<string> Heads { get; } = [];
    public List<string> Verdicts { get; } = [];

    public static IReadOnlyList<GoldenCase> Read(IEnumerable<string> lines)
    {
        var cases = new List<GoldenCase>();
        foreach (string line in lines.Select(line => line.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            string statement = line.Split(' ')[0];
            string rest = line[statement.Length..].Trim();
            if (statement == "case")
                cases.Add(new GoldenCase { Name = rest });
            else
                cases[^1].Add(statement, rest);
        }

        return cases;
    }

    public HistoryBuilder Build(IEnumerable<int>? order = null)
    {
        string json = _config.Length == 0 ? "{}" : _config;
        var builder = new HistoryBuilder(GoldenConfig.Parse(json, _fitted));
        string[] windows = GoldenConfig.WindowRules(json);
        foreach (int i in order ?? Enumerable.Range(0, _events.Count))
            Add(builder, windows, _events[i]);
        return builder;
    }

    public int EventCount => _events.Count;

    private void Add(string statement, string rest)
    {
        switch (statement)
        {
            case "config": _config += rest; break;
            case "at": _events.Add(Split(rest)); break;
            case ">": Shares.Add(rest); break;
            case "!": Rejections.Add(rest); break;
            case "~": Heads.Add(rest); break;
            case "?": Verdicts.Add(rest); break;
            case "fitted":
                string[] words = Split(rest);
                var model = Enum.Parse<CreditModel>(words[0], ignoreCase: true);
                _fitted.Add(new FakeTable(model, words.Contains("shared"),
                [
                    .. words.Where(word => word.Contains('=')).Select(word => word.Split('='))
                        .Select(pair => (pair[0], ulong.Parse(pair[1], CultureInfo.InvariantCulture))),
                ]));
                break;
            default: throw new FormatException($"{Name}: no statement {statement}");
        }
    }

    private static string[] Split(string text) =>
        [.. Words().Matches(text).Select(word => word.Value.Replace("\"", ""))];

    private static void Add(HistoryBuilder builder, string[] windows, string[] words)
    {
        CompactId id = builder.Id(System.Text.Encoding.UTF8.GetBytes(words[0]));
        long time = Time(words[1]);
        foreach (string kind in words[2].Split('+'))
        {
            if (Kinds.Contains(kind))
                builder.Add(Touch(builder, windows, words, kind) with { EventId = id, TimeMillis = time });
            else if (MilestoneKinds.Contains(kind))
                builder.Add(Milestone(kind) with { EventId = id, TimeMillis = time });
            else
                builder.Add(Conversion(builder, words, kind) with { EventId = id, TimeMillis = time });
        }
    }

    private static Milestone Milestone(string kind) =>
        new() { Kind = (MilestoneKind)Array.IndexOf(MilestoneKinds, kind) };

    private static Touch Touch(HistoryBuilder builder, string[] windows, string[] words, string kind)
    {
        var touch = new Touch
        {
            Kind = Enum.Parse<TouchKind>(kind, ignoreCase: true),
            TypeId = builder.Intern(System.Text.Encoding.UTF8.GetBytes(kind)),
            Channel = 18,
        };
        foreach ((string name, string value) in Attributes(words))
        {
            switch (name)
            {
                case "direct":
                    touch.Flags |= TouchFlags.Direct;
                    touch.Channel = 0;
                    break;
                case "probable": touch.Flags |= TouchFlags.Probabilistic; break;
                case "with_id": touch.Flags |= TouchFlags.CarriesId; break;
                case "retargeting": touch.Flags |= TouchFlags.Retargeting; break;
                case "click_id": touch.ClickHash = (uint)value.Sum(c => c) + 1_000_003u * value[0]; break;
                case "currency": touch.Currency = Currency(value); break;
                case "window": touch.Window = (byte)(1 + Index(windows, value)); break;
                case "fraud":
                    touch.FraudRule = (byte)(1 + Index(builder.Config.Fraud.RuleNames, value));
                    break;
                case "channel": touch.Channel = (ushort)Index(builder.Config.Channels, value); break;
                case "revenue" or "begin": break;
                default: throw new FormatException($"no attribute {name}");
            }
        }

        return touch;
    }

    private static Conversion Conversion(HistoryBuilder builder, string[] words, string type)
    {
        var conversion = new Conversion
        {
            Kind = builder.Config.Installs.Types.Contains(type)
                ? ConversionKind.Install
                : ConversionKind.Event,
            TypeId = builder.Intern(System.Text.Encoding.UTF8.GetBytes(type)),
        };
        foreach ((string name, string value) in Attributes(words))
        {
            switch (name)
            {
                case "revenue": conversion.RevenueTenThousandths = Money(value); break;
                case "currency": conversion.Currency = Currency(value); break;
                case "begin": conversion.InstallBeginMillis = Time(value); break;
                default: break;
            }
        }

        return conversion;
    }

    public static long Money(string text) =>
        (long)(decimal.Parse(text, CultureInfo.InvariantCulture) * 10_000);

    private static long Time(string text)
    {
        if (text.Contains('T'))
            return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        return Zero + Offsets().Matches(text).Sum(part =>
            !Duration.TryParse(part.Groups[2].Value, out long millis)
                ? throw new FormatException(text)
                : part.Groups[1].Value == "-" ? -millis : millis);
    }

    private static IEnumerable<(string Name, string Value)> Attributes(string[] words) =>
        words.Skip(3).Select(word => word.Split('=', 2)).Select(pair => (pair[0], pair[^1]));

    private static uint Currency(string code) => code[0] | ((uint)code[1] << 8) | ((uint)code[2] << 16);

    private static int Index(IEnumerable<string> names, string name)
    {
        int index = names.ToList().IndexOf(name);
        return index >= 0 ? index : throw new FormatException($"no {name}");
    }

    [GeneratedRegex("""(?:[^\s"]|"[^"]*")+""")]
    private static partial Regex Words();

    [GeneratedRegex("([-+])([0-9]+[a-z]+)")]
    private static partial Regex Offsets();
}
