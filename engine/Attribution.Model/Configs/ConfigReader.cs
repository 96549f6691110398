using System.Globalization;
using System.Text.Json;
using Attribution.Model.Channels;
using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>Reads a config document, taking what is absent from the web profile. Stateless.</summary>
internal static class ConfigReader
{
    public const long MaxWindowMillis = 365 * DayMillis;
    public const long DayMillis = 86_400_000;
    public const int MaxTouches = 2_000;
    private const long MinHalfLifeMillis = 60_000;
    private const int Millionths = 1_000_000;
    private static readonly AttributionConfig Defaults = new();

    public static AttributionConfig Read(ReadOnlySpan<byte> json, Func<string, IFittedTable?> fitted)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        var errors = new List<ConfigError>();
        AttributionConfig? config = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            config = ReadRoot(new ConfigSection(document.RootElement, "", errors));
        }
        catch (JsonException exception)
        {
            errors.Add(new ConfigError("$", exception.Message, "one JSON object (RFC 8259), no key twice"));
        }
        catch (InvalidOperationException exception)
        {
            // What JsonElement throws on a string that no Unicode text has: a lone surrogate.
            errors.Add(new ConfigError("$", exception.Message, "strings of valid Unicode"));
        }

        return errors.Count == 0 && config is not null ? config : throw new ConfigException(errors);
    }

    private static AttributionConfig ReadRoot(ConfigSection root)
    {
        root.Integer("version", 1, 1, 1);
        root.Text(
            "channel_grouping", Ga4Channels.GroupingName, name => name == Ga4Channels.GroupingName,
            $"\"{Ga4Channels.GroupingName}\"");
        ConfigSection windows = root.Section("windows");
        ConfigSection touches = root.Section("touches");
        ConfigSection decay = root.Section("time_decay");
        ConfigSection position = root.Section("position_based");
        var config = new AttributionConfig
        {
            Name = root.Text("name", Defaults.Name, IsName, "1 to 64 of a-z, 0-9, '.', '_' and '-'"),
            Models = ReadModels(root),
            ConversionTypes = root.Types("conversions", Defaults.ConversionTypes),
            MaxTouchesPerConversion =
                (int)root.Integer("max_touches", Defaults.MaxTouchesPerConversion, 1, MaxTouches),
            Windows = new WindowConfig
            {
                Settings =
                [
                    new WindowSetting
                    {
                        Click = Window(windows, "click", Defaults.Windows.Settings[0].Click),
                        View = Window(windows, "view", Defaults.Windows.Settings[0].View),
                        Visit = Window(windows, "visit", Defaults.Windows.Settings[0].Visit),
                        Referrer = Window(windows, "referrer", Defaults.Windows.Settings[0].Referrer),
                    },
                ],
            },
            ClickTypes = touches.Types("click", Defaults.ClickTypes),
            ViewTypes = touches.Types("view", Defaults.ViewTypes),
            VisitTypes = touches.Types("visit", Defaults.VisitTypes),
            OpenTypes = touches.Types("open", Defaults.OpenTypes),
            ReferrerTypes = touches.Types("referrer", Defaults.ReferrerTypes),
            TimeDecay = new TimeDecayConfig
            {
                HalfLifeMillis = decay.Millis(
                    "half_life", Defaults.TimeDecay.HalfLifeMillis, MinHalfLifeMillis, MaxWindowMillis),
            },
            PositionBased = new PositionWeights
            {
                First = [(int)position.Integer("first", Defaults.PositionBased.First[0], 0, Millionths)],
                Rest = (int)position.Integer("middle", Defaults.PositionBased.Rest, 0, Millionths),
                Last = [(int)position.Integer("last", Defaults.PositionBased.Last[0], 0, Millionths)],
            },
        };

        CheckTouches(touches, config);
        CheckPosition(position, config);
        root.RefuseOthers(
            "channel_grouping, conversions, max_touches, models, name, position_based, time_decay, touches, "
            + "version or windows");
        windows.RefuseOthers("click, referrer, view or visit");
        touches.RefuseOthers("click, open, referrer, view or visit");
        decay.RefuseOthers("half_life");
        position.RefuseOthers("first, last or middle");
        return config;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    private static long Window(ConfigSection windows, string key, long otherwise) =>
        windows.Millis(key, otherwise, 0, MaxWindowMillis);

    private static ModelSpec[] ReadModels(ConfigSection root)
    {
        string[] all = [.. CreditModels.All.Take(6).Select(model => model.Name())];
        string expected = "an array of 1 to 6 different names of " + string.Join(", ", all);
        IReadOnlyList<string> names = root.Strings("models", all, expected, name => all.Contains(name));
        if (names.Count == 0)
            root.Refuse("models", "[]", expected);
        return
        [
            .. CreditModels.All.Where(model => names.Contains(model.Name()))
                .Select(model => new ModelSpec(model.Name(), model)),
        ];
    }

    /// <summary>
    /// An event is one touch, of one kind; only an install referrer may come on top of an open.
    /// </summary>
    private static void CheckTouches(ConfigSection touches, AttributionConfig config)
    {
        IEnumerable<string> types =
            [.. config.ClickTypes, .. config.ViewTypes, .. config.VisitTypes, .. config.OpenTypes];
        foreach ((string type, int count) in types.CountBy(type => type).Where(type => type.Value > 1))
        {
            touches.Refuse(
                "", $"\"{type}\" in {Number(count)} of them", "each type in one of click, view, visit, open");
        }
    }

    private static void CheckPosition(ConfigSection position, AttributionConfig config)
    {
        PositionWeights weights = config.PositionBased;
        long sum = (long)weights.First[0] + weights.Rest + weights.Last[0];
        if (sum != Millionths)
        {
            position.Refuse(
                "", $"a sum of {Number(sum)}",
                "first, middle and last that sum to 1000000");
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
