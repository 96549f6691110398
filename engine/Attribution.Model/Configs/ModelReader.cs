using System.Globalization;
using System.Text.Json;
using Attribution.Model.Credits;

namespace Attribution.Model.Configs;

/// <summary>Reads which models to compute, and what each of them needs to know. Stateless.</summary>
internal static class ModelReader
{
    private const int Millionths = 1_000_000;
    private const int MaxCustom = 8;
    private const int MaxPositions = 10;
    private const int HashLetters = 64;

    /// <summary>In the fixed order, the config's own by their names last.</summary>
    public static ModelSpec[] ReadModels(
        ConfigSection root, IReadOnlyList<ModelSpec> defaults, PositionWeights[] custom)
    {
        if (!root.Has("models"))
            return [.. defaults];

        ModelSpec[] all =
        [
            .. CreditModels.All.Select(model => new ModelSpec(model.Name(), model)),
            .. custom.Select((weights, index) => new ModelSpec(
                CreditModels.CustomPrefix + weights.Name, CreditModel.Custom, index)),
        ];
        string expected = "an array of different names, at least one, of "
            + string.Join(", ", all.Select(model => model.Name));
        IReadOnlyList<string> names = root.Strings(
            "models", [all[0].Name], expected, name => all.Any(model => model.Name == name));
        if (names.Count == 0)
            root.Refuse("models", "[]", expected);
        return [.. all.Where(model => names.Contains(model.Name))];
    }

    /// <summary>A config's own models, sorted by name: their order means nothing.</summary>
    public static PositionWeights[] ReadCustom(ConfigSection root)
    {
        var read = new List<PositionWeights>();
        foreach (ConfigSection section in root.Sections("custom", MaxCustom))
        {
            var weights = new PositionWeights
            {
                Name = RuleReader.ReadName(section, read.Select(other => other.Name)),
                First = ReadPositions(section, "first"),
                Rest = (int)section.Integer("rest", 0, 0, Millionths),
                Last = ReadPositions(section, "last"),
            };
            section.RefuseOthers("first, last, name or rest");
            CheckSum(section, weights.First.Sum() + (long)weights.Rest + weights.Last.Sum());
            read.Add(weights);
        }

        return [.. read.OrderBy(weights => weights.Name, StringComparer.Ordinal)];
    }

    public static IFittedTable? ReadFitted(
        ConfigSection section, CreditModel model, Func<string, IFittedTable?> fitted)
    {
        string name = model.Name();
        if (!section.TryTake(name, out JsonElement element))
            return null;

        bool isHash = ConfigSection.TryGetText(element, out string hash)
            && hash.Length == HashLetters && hash.All(c => char.IsAsciiHexDigitLower(c));
        if (!isHash)
        {
            section.Refuse(name, element, "the hash of a fitted table: 64 hexadecimal digits in lower case");
            return null;
        }

        IFittedTable? table = fitted(hash);
        if (table is not null && table.Model == model && table.Hash == hash)
            return table;

        section.Refuse(name, element, $"the hash of a table that was fitted as {name} and is known here");
        return null;
    }

    public static void CheckFitted(ConfigSection root, AttributionConfig config)
    {
        foreach (ModelSpec model in config.Models)
        {
            bool isMissing = (model.Kind == CreditModel.Markov && config.Markov is null)
                || (model.Kind == CreditModel.Shapley && config.Shapley is null);
            if (isMissing)
                root.Refuse("models", $"\"{model.Name}\"", $"fitted.{model.Name} beside it");
        }
    }

    public static TimeDecayConfig ReadTimeDecay(ConfigSection decay, TimeDecayConfig defaults)
    {
        var config = new TimeDecayConfig
        {
            HalfLifeMillis =
                decay.Millis("half_life", defaults.HalfLifeMillis, 60_000, ConfigReader.MaxWindowMillis),
            StepMillis = decay.Millis("step", defaults.StepMillis, 0, 30 * ConfigReader.DayMillis),
        };
        decay.RefuseOthers("half_life or step");
        return config;
    }

    /// <summary>First, middle and last, which sum to one.</summary>
    public static PositionWeights ReadThree(ConfigSection root, string key, PositionWeights defaults)
    {
        ConfigSection section = root.Section(key);
        var weights = new PositionWeights
        {
            First = [(int)section.Integer("first", defaults.First[0], 0, Millionths)],
            Rest = (int)section.Integer("middle", defaults.Rest, 0, Millionths),
            Last = [(int)section.Integer("last", defaults.Last[0], 0, Millionths)],
        };
        section.RefuseOthers("first, last or middle");
        CheckSum(section, (long)weights.First[0] + weights.Rest + weights.Last[0]);
        return weights;
    }

    public static MilestoneWeights ReadMilestoneWeights(
        ConfigSection root, string key, MilestoneWeights defaults, bool hasLast)
    {
        ConfigSection section = root.Section(key);
        var weights = new MilestoneWeights
        {
            First = (int)section.Integer("first", defaults.First, 0, Millionths),
            Lead = (int)section.Integer("lead", defaults.Lead, 0, Millionths),
            Opportunity = (int)section.Integer("opportunity", defaults.Opportunity, 0, Millionths),
            Last = hasLast ? (int)section.Integer("last", defaults.Last, 0, Millionths) : 0,
            Rest = (int)section.Integer("rest", defaults.Rest, 0, Millionths),
        };
        section.RefuseOthers((hasLast ? "first, last," : "first,") + " lead, opportunity or rest");
        CheckSum(
            section,
            (long)weights.First + weights.Lead + weights.Opportunity + weights.Last + weights.Rest);
        return weights;
    }

    public static MilestoneConfig ReadMilestones(ConfigSection milestones, MilestoneConfig defaults)
    {
        var config = new MilestoneConfig
        {
            Lead = milestones.Types("lead", defaults.Lead),
            Opportunity = milestones.Types("opportunity", defaults.Opportunity),
        };
        milestones.RefuseOthers("lead or opportunity");
        return config;
    }

    private static int[] ReadPositions(ConfigSection section, string key)
    {
        const string Expected = "an array of at most 10 whole numbers from 0 to 1000000";
        JsonElement[] items = section.Items(key, 0, MaxPositions, Expected);
        int[] weights = new int[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Number || !items[i].TryGetInt32(out weights[i])
                || weights[i] is < 0 or > Millionths)
            {
                section.RefuseAt(section.PathOf(key, i), items[i], Expected);
                weights[i] = 0;
            }
        }

        return weights;
    }

    private static void CheckSum(ConfigSection section, long sum)
    {
        if (sum != Millionths)
        {
            section.Refuse(
                "", string.Create(CultureInfo.InvariantCulture, $"a sum of {sum}"),
                "weights that sum to 1000000");
        }
    }
}
