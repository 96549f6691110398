using System.Globalization;
using System.Text.RegularExpressions;
using Attribution.Bench.Crash;

namespace Attribution.Bench.Starts;

/// <summary>One start of one build, as measured from outside and as the engine tells it. Immutable.</summary>
internal sealed partial record StartSample
{
    public required int Round { get; init; }
    public required string Build { get; init; }

    /// <summary>How the run before it ended: <c>stop</c> or <c>kill</c>.</summary>
    public required string After { get; init; }

    /// <summary>From the start of the process until events are taken: <c>/readyz</c> answers 200.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>Until attribution has its state, and has handled what the journal held.</summary>
    public required double WholeSeconds { get; init; }

    /// <summary>Processor time until then, without ClickHouse's.</summary>
    public required double CpuSeconds { get; init; }
    public required double ClickHouseCpuSeconds { get; init; }

    /// <summary>Events read back from ClickHouse; 0 where none had to be.</summary>
    public required long Events { get; init; }
    public required long Persons { get; init; }

    /// <summary>Seconds by stage, in their order; empty where the build does not tell.</summary>
    public required IReadOnlyDictionary<string, double> Stages { get; init; }

    /// <summary>Of the restore, or of the whole start where the build does not tell. A screen tells no less
    /// than hundredths.</summary>
    public double EventsPerSecond =>
        Events / Math.Max(0.01, Stages.GetValueOrDefault("restore", WholeSeconds));

    /// <summary>Reads what an engine prints until attribution has its state.</summary>
    public static (long Events, Dictionary<string, double> Stages) Read(string screen)
    {
        Match recovered = Recovered().Match(screen);
        long events = recovered.Success
            ? long.Parse(recovered.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)
            : 0;
        var stages = new Dictionary<string, double>();
        IEnumerable<Match> found =
            Start().Matches(screen).SelectMany(line => Stage().Matches(line.Groups[1].Value));
        foreach (Match stage in found)
        {
            string name = stage.Groups[1].Value;
            double seconds = double.Parse(stage.Groups[2].Value, CultureInfo.InvariantCulture);
            stages[name] = stages.GetValueOrDefault(name) + seconds;
        }

        return (events, stages);
    }

    [GeneratedRegex(@"recovered +([\d,]+) events")]
    private static partial Regex Recovered();

    [GeneratedRegex(@"^ +(?:start|state) +(.+)$", RegexOptions.Multiline)]
    private static partial Regex Start();

    [GeneratedRegex(@"([A-Za-z]+) ([\d.]+) s")]
    private static partial Regex Stage();
}

/// <summary>All starts of one build after one kind of end. Immutable.</summary>
internal sealed record StartSummary(
    string Build,
    string After,
    Spread ReadySeconds,
    Spread WholeSeconds,
    Spread CpuSeconds,
    Spread ClickHouseCpuSeconds,
    Spread EventsPerSecond,
    IReadOnlyDictionary<string, Spread> Stages)
{
    public static StartSummary Of(IReadOnlyList<StartSample> samples) => new(
        samples[0].Build,
        samples[0].After,
        Spread.Of(samples.Select(sample => sample.ReadySeconds))!,
        Spread.Of(samples.Select(sample => sample.WholeSeconds))!,
        Spread.Of(samples.Select(sample => sample.CpuSeconds))!,
        Spread.Of(samples.Select(sample => sample.ClickHouseCpuSeconds))!,
        Spread.Of(samples.Select(sample => sample.EventsPerSecond))!,
        samples[0].Stages.Keys.ToDictionary(
            stage => stage,
            stage => Spread.Of(samples.Select(sample => sample.Stages.GetValueOrDefault(stage)))!));
}

/// <summary>Times of this build over another one's in the same round. Immutable.</summary>
internal sealed record StartRatio(string After, string Other, Spread ReadySeconds, Spread WholeSeconds);

/// <summary>What the starts took; the names are those of its JSON file. Immutable.</summary>
internal sealed record StartResult
{
    public required long Persons { get; init; }
    public required IReadOnlyList<StartSummary> Summaries { get; init; }
    public required IReadOnlyList<StartRatio> Ratios { get; init; }
    public required IReadOnlyList<StartSample> Samples { get; init; }

    public static StartResult Of(IReadOnlyList<StartSample> samples) => new()
    {
        Persons = samples.Max(sample => sample.Persons),
        Summaries =
        [
            .. from sample in samples
               group sample by (sample.Build, sample.After) into same
               select StartSummary.Of([.. same]),
        ],
        Ratios = [.. RatiosOf(samples)],
        Samples = samples,
    };

    private static IEnumerable<StartRatio> RatiosOf(IReadOnlyList<StartSample> samples) =>
        from sample in samples
        group sample by sample.After into ended
        let first = samples[0].Build
        from other in ended.Select(sample => sample.Build).Distinct().Where(build => build != first)
        let pairs = (from one in ended
                     where one.Build == first
                     join two in ended.Where(sample => sample.Build == other) on one.Round equals two.Round
                     select (One: one, Two: two)).ToArray()
        select new StartRatio(
            ended.Key, other,
            Spread.Of(pairs.Select(pair => pair.One.ReadySeconds / pair.Two.ReadySeconds))!,
            Spread.Of(pairs.Select(pair => pair.One.WholeSeconds / pair.Two.WholeSeconds))!);
}
