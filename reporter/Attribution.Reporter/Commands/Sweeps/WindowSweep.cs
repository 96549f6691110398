using System.Text;
using System.Text.Json.Nodes;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay.Configs;

namespace Attribution.Reporter.Commands.Sweeps;

/// <summary>
/// Lookback windows to try, <c>window=1h..30d</c> or <c>click=1d,7d</c>, and a config with each. Immutable.
/// </summary>
internal sealed class WindowSweep
{
    public const string Forms = "window=1h..30d, or click=1d,7d,30d (click, view, visit or referrer)";

    private const int MaxWindows = 16;
    private static readonly string[] Kinds = ["click", "view", "visit", "referrer"];

    // What people try: each about twice or thrice the one before.
    private static readonly string[] Ladder =
        ["1h", "3h", "6h", "12h", "1d", "3d", "7d", "14d", "30d", "60d", "90d", "180d", "365d"];

    private readonly string[] _kinds;

    private WindowSweep(string[] kinds, IReadOnlyList<long> windows)
    {
        _kinds = kinds;
        Windows = windows;
    }

    /// <summary>Milliseconds, ascending.</summary>
    public IReadOnlyList<long> Windows { get; }

    /// <exception cref="UsageException">It is no sweep.</exception>
    public static WindowSweep Parse(string text)
    {
        string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || (parts[0] != "window" && !Kinds.Contains(parts[0])))
            throw new UsageException($"--sweep: '{text}' is no sweep. Write {Forms}.");
        string[] kinds = parts[0] == "window" ? Kinds : [parts[0]];
        string[] ends = parts[1].Split("..", StringSplitOptions.TrimEntries);
        long[] windows = ends.Length == 2
            ? Between(Window(ends[0]), Window(ends[1]))
            : [.. parts[1].Split(',', StringSplitOptions.TrimEntries).Select(Window).Distinct().Order()];
        return windows.Length is > 1 and <= MaxWindows
            ? new WindowSweep(kinds, windows)
            : throw new UsageException(
                $"--sweep: {windows.Length} windows; 2 to {MaxWindows} were expected.");
    }

    /// <summary>The config with each of the windows, and without rules for other ones.</summary>
    /// <exception cref="UsageException">The config's profile does not allow a window.</exception>
    public async Task<IReadOnlyList<AttributionConfig>> ApplyAsync(
        ClickHouseClient client, AttributionConfig config, CancellationToken cancel)
    {
        var configs = new List<AttributionConfig>();
        foreach (long window in Windows)
        {
            JsonNode document = JsonNode.Parse(config.CanonicalJson.Span)!;
            JsonObject windows = document["windows"]!.AsObject();
            foreach (string kind in _kinds)
                windows[kind] = Duration.Format(window);
            windows["rules"] = new JsonArray();
            try
            {
                byte[] json = Encoding.UTF8.GetBytes(document.ToJsonString());
                configs.Add(await FittedTables.ParseAsync(client, json, cancel).ConfigureAwait(false));
            }
            catch (ConfigException error)
            {
                throw new UsageException(
                    $"--sweep: the config does not allow {Duration.Format(window)}: {error.Message}");
            }
        }

        return configs;
    }

    private static long[] Between(long first, long last) => first < last
        ? [.. Ladder.Select(Window).Where(step => step > first && step < last).Prepend(first).Append(last)]
        : throw new UsageException(
            $"--sweep: {Duration.Format(first)} is not below {Duration.Format(last)}.");

    private static long Window(string text) => Duration.TryParse(text, out long millis) && millis > 0
        ? millis
        : throw new UsageException($"--sweep: '{text}' is no window: {Duration.Grammar}.");
}
