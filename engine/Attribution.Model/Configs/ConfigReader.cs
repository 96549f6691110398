using System.Globalization;
using System.Text.Json;
using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>
/// Reads a config document, taking what is absent from its profile. Its sections have readers of their own.
/// Stateless.
/// </summary>
internal static class ConfigReader
{
    public const long MaxWindowMillis = 365 * DayMillis;
    public const long DayMillis = 86_400_000;
    public const int MaxTouches = 2_000;

    /// <summary>More is no document that anybody wrote.</summary>
    public const int MaxDocumentBytes = 16 * 1024 * 1024;

    private const string Keys =
        "campaigns, candidates, channels, conversions, custom, duplicates, fitted, fraud, full_path, "
        + "identity, inverse_j, j_shaped, journey, max_touches, milestones, mmp, models, name, "
        + "position_based, profile, same_currency, time_decay, touches, version, w_shaped or windows";

    public static AttributionConfig Read(ReadOnlySpan<byte> json, Func<string, IFittedTable?> fitted)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        var errors = new List<ConfigError>();
        AttributionConfig? config = null;
        try
        {
            if (json.Length > MaxDocumentBytes)
                throw new JsonException($"{json.Length} bytes, more than {MaxDocumentBytes}");

            using JsonDocument document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            config = ReadRoot(new ConfigSection(document.RootElement, "", errors), fitted);
        }
        catch (JsonException exception)
        {
            errors.Add(new ConfigError(
                "$", exception.Message, "one JSON object (RFC 8259) of at most 16 MiB, no key twice"));
        }
        catch (InvalidOperationException exception)
        {
            // What JsonElement throws on a name that no Unicode text has: a lone surrogate.
            errors.Add(new ConfigError("$", exception.Message, "names of valid Unicode"));
        }

        return errors.Count == 0 && config is not null ? config : throw new ConfigException(errors);
    }

    /// <summary>Whether a text may name a rule or a model of the config's own.</summary>
    public static bool IsRuleName(string name) =>
        name.Length is > 0 and <= 32 && name.All(c => IsNameLetter(c) && c != '.');

    private static AttributionConfig ReadRoot(ConfigSection root, Func<string, IFittedTable?> fitted)
    {
        root.Integer("version", 1, 1, 1);
        string name = root.Text(
            "profile", "web", text => ConfigProfile.Of(text) is not null, "\"web\" or \"mmp\"");
        ConfigProfile profile = ConfigProfile.Of(name)!;
        AttributionConfig defaults = profile.Defaults;
        ConfigSection touches = root.Section("touches");
        ConfigSection fittedSection = root.Section("fitted");
        PositionWeights[] custom = ModelReader.ReadCustom(root);
        var config = new AttributionConfig
        {
            Name = root.Text("name", defaults.Name, IsName, "1 to 64 of a-z, 0-9, '.', '_' and '-'"),
            CustomWeights = custom,
            Markov = ModelReader.ReadFitted(fittedSection, CreditModel.Markov, fitted),
            Shapley = ModelReader.ReadFitted(fittedSection, CreditModel.Shapley, fitted),
            Models = ModelReader.ReadModels(root, defaults.Models, custom),
            ConversionTypes = root.Types("conversions", defaults.ConversionTypes),
            ClickTypes = touches.Types("click", defaults.ClickTypes),
            ViewTypes = touches.Types("view", defaults.ViewTypes),
            VisitTypes = touches.Types("visit", defaults.VisitTypes),
            OpenTypes = touches.Types("open", defaults.OpenTypes),
            ReferrerTypes = touches.Types("referrer", defaults.ReferrerTypes),
            Windows = WindowReader.Read(root.Section("windows"), profile),
            MaxTouchesPerConversion =
                (int)root.Integer("max_touches", defaults.MaxTouchesPerConversion, 1, MaxTouches),
            StartsAnewAtConversion = ReadJourney(root, defaults),
            RequiresSameCurrency = root.Flag("same_currency", defaults.RequiresSameCurrency),
            DuplicateClickMillis = ReadDuplicates(root.Section("duplicates"), defaults),
            Candidates = ReadCandidates(root.Section("candidates"), defaults.Candidates),
            TimeDecay = ModelReader.ReadTimeDecay(root.Section("time_decay"), defaults.TimeDecay),
            PositionBased = ModelReader.ReadThree(root, "position_based", defaults.PositionBased),
            JShaped = ModelReader.ReadThree(root, "j_shaped", defaults.JShaped),
            InverseJ = ModelReader.ReadThree(root, "inverse_j", defaults.InverseJ),
            WShaped = ModelReader.ReadMilestoneWeights(root, "w_shaped", defaults.WShaped, hasLast: false),
            FullPath = ModelReader.ReadMilestoneWeights(root, "full_path", defaults.FullPath, hasLast: true),
            Milestones = ModelReader.ReadMilestones(root.Section("milestones"), defaults.Milestones),
            Identity = SectionReader.ReadIdentity(root.Section("identity"), defaults.Identity),
            Installs = SectionReader.ReadInstalls(root.Section("mmp"), defaults.Installs),
            Fraud = SectionReader.ReadFraud(root.Section("fraud"), defaults.Fraud),
            Grouping = RuleReader.ReadGrouping(root.Section("channels"), defaults.Grouping),
            CampaignRules = RuleReader.ReadCampaigns(root.Section("campaigns")),
        };

        fittedSection.RefuseOthers("markov or shapley");
        touches.RefuseOthers("click, open, referrer, view or visit");
        CheckTouches(touches, config);
        ModelReader.CheckFitted(root, config);
        root.RefuseOthers(Keys);
        return config;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(IsNameLetter);

    private static bool IsNameLetter(char c) =>
        char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';

    private static bool ReadJourney(ConfigSection root, AttributionConfig defaults)
    {
        return root.Text(
            "journey", ConfigWriter.JourneyName(defaults),
            text => text is ConfigWriter.Window or ConfigWriter.SinceConversion,
            "\"window\" or \"since_conversion\"") == ConfigWriter.SinceConversion;
    }

    private static long ReadDuplicates(ConfigSection duplicates, AttributionConfig defaults)
    {
        long millis = duplicates.Millis("click_id", defaults.DuplicateClickMillis, 0, 30 * DayMillis);
        duplicates.RefuseOthers("click_id");
        return millis;
    }

    private static CandidateConfig ReadCandidates(ConfigSection candidates, CandidateConfig defaults)
    {
        var config = new CandidateConfig
        {
            BeforeMillis = candidates.Millis("before", defaults.BeforeMillis, 0, 30 * DayMillis),
            AfterMillis = candidates.Millis("after", defaults.AfterMillis, 0, DayMillis),
        };
        candidates.RefuseOthers("after or before");
        return config;
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
                "", string.Create(CultureInfo.InvariantCulture, $"\"{type}\" in {count} of them"),
                "each type in one of click, view, visit, open");
        }
    }
}
