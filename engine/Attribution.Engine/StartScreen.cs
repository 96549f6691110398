using System.Diagnostics;
using System.Globalization;
using Attribution.Engine.Journal;
using Attribution.Engine.Recovery;
using Attribution.Model.Configs;

namespace Attribution.Engine;

/// <summary>What only the run itself knows of its start. A value.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="Started">A timestamp of its first line of code.</param>
/// <param name="IsWhole">Whether identity and workers had their state already.</param>
internal readonly record struct StartFacts(Uri Url, long Started, StartClock Clock, bool IsWhole)
{
    /// <summary>Seconds since then.</summary>
    public double Took => Stopwatch.GetElapsedTime(Started).TotalSeconds;
}

/// <summary>
/// The one screen an engine prints when it takes events, and what follows where attribution had to wait for
/// its state. Stateless.
/// </summary>
internal static class StartScreen
{
    public static void Write(
        EngineOptions options,
        AttributionConfig config,
        Storage storage,
        Pipeline pipeline,
        StartFacts facts)
    {
        Uri url = facts.Url;
        bool isWhole = facts.IsWhole;
        RecoveryReport recovery = pipeline.Recovery.Report;
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            Attribution is ready ({facts.Took:F1} s)
              events      POST {url}v1/events      health {url}readyz      metrics {url}metrics
              data        {Path.GetFullPath(options.DataFolder)}
              ClickHouse  {storage.Description}, database {options.Database}
              config      {config.Name} {config.Hash}
              durability  {Describe(options.Durability)}
              recovered   {(isWhole ? Describe(recovery) : "not yet: events are taken, attribution follows")}
              start       {facts.Clock}
              shards      {options.Shards}; Ctrl-C drains and stops
            """);
        Console.WriteLine(text);
        if (isWhole && Warnings(recovery) is { Length: > 0 } warnings)
            Console.Error.WriteLine(warnings);
        if (recovery.LostRecords > 0)
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"attribution: the journal lost {recovery.LostRecords:N0} records that had been synced; "
                + $"see {Path.Combine(options.DataFolder, "journal")}"));
    }

    /// <summary>The rest of the screen, when attribution has what it waited for.</summary>
    public static void WriteWhole(Pipeline pipeline, StartFacts facts)
    {
        RecoveryReport recovery = pipeline.Recovery.Report;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Attribution has its state back ({facts.Took:F1} s)
              recovered   {Describe(recovery)}
              state       {pipeline.Recovery.Clock}
            """));
        if (Warnings(recovery) is { Length: > 0 } warnings)
            Console.Error.WriteLine(warnings);
    }

    /// <summary>What a restart found that a person should know of.</summary>
    internal static string Warnings(RecoveryReport recovery) => recovery.LinksOfOtherRules == 0
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"attribution: {recovery.LinksOfOtherRules:N0} of {recovery.Links:N0} stored links were seen "
            + $"under other identity rules than the config's; they stand, and what the config's own would "
            + $"have linked before is not known here: a replay finds it");

    private static string Describe(RecoveryReport recovery)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return recovery.SnapshotPersons is { } persons
            ? string.Create(invariant, $"{persons:N0} persons, as the last stop left them")
            : string.Create(
                invariant,
                $"{recovery.Events:N0} events, {recovery.Links:N0} links, "
                + $"{recovery.Replayed:N0} replayed from the journal");
    }

    private static string Describe(Durability durability) => durability switch
    {
        Durability.Fsync => "fsync: 200 means on the disk",
        Durability.Os => "os: 200 means written, not synced; a power loss loses the last moments",
        _ => "none: 200 means in memory; a crash loses the last moments",
    };
}
