using System.Globalization;
using Attribution.Model.Configs;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Compares what is stored in the end with what was promised, by ids and by whole rows, never by counts.
/// Used once, by one thread.
/// </summary>
internal sealed class SimulationVerdict(StoredTables stored, IReadOnlyList<PlannedEvent> plan)
{
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Events that were answered with 200 and are nowhere.</summary>
    public int Lost { get; private set; }

    /// <param name="mayLose">A crash has happened that the durability does not cover.</param>
    public void CheckIds(bool mayLose)
    {
        Dictionary<string, int> rowsById = CountById(stored.Events.Values);
        Dictionary<string, int> lettersByName = CountById(stored.Letters.Values);
        HashSet<string> refused = [.. stored.Letters.Values
            .Where(letter => letter.Text.StartsWith("clickhouse", StringComparison.Ordinal))
            .Select(letter => letter.Id)];
        foreach (PlannedEvent planned in plan)
        {
            int rows = rowsById.GetValueOrDefault(planned.Id);
            int letters = lettersByName.GetValueOrDefault(planned.Name);
            rowsById.Remove(planned.Id);
            lettersByName.Remove(planned.Name);
            bool isPoisoned = planned.Json.Contains("\"poison\"", StringComparison.Ordinal);
            bool isMissing = (planned.Accepted > 0 && (isPoisoned ? letters : rows) == 0)
                || letters < planned.Rejected;
            if (isPoisoned && rows > 0)
                Fail($"{planned.Name} is refused by its table and stored in it");
            if (!isPoisoned && refused.Contains(planned.Name))
                Fail($"{planned.Name} is a dead letter, and its table would have taken it");
            if (isMissing && mayLose)
                Lost++;
            else if (isMissing)
                Fail($"{planned.Name} was answered and is lost: {Describe(planned, rows, letters)}");
            if (rows > 1)
                Fail($"{planned.Name} is stored {rows} times: {Describe(planned, rows, letters)}");
            if (letters > planned.Attempts)
                Fail($"{planned.Name} is rejected too often: {Describe(planned, rows, letters)}");
        }

        foreach (string id in rowsById.Keys.Concat(lettersByName.Keys))
            Fail($"'{id}' is stored and was never sent");
    }

    /// <summary>
    /// Every derived row is as if the stored events had come to an engine that never fails.
    /// </summary>
    public void CheckRows(PublishedEvents published, AttributionConfig config)
    {
        var events = new List<PublishedEvent>(stored.Events.Count);
        foreach (StandingRow row in stored.Events.Values.OrderBy(row => row.Sequence))
        {
            if (published.At((long)row.Sequence, row.Id) is { } sent)
                events.Add(sent);
            else
                Fail($"{row.Id} is stored under sequence {row.Sequence}, which it never had");
        }

        StoredTables expected = UndisturbedRun.Of(events, config);
        Compare("events", stored.Events, expected.Events);
        Compare("attributions", stored.Attributions, expected.Attributions);
        Compare("identities", stored.Identities, expected.Identities);
        foreach (string key in stored.Undecided)
            Fail($"attributions of {key} differ under one version");
    }

    private void Compare(
        string table, Dictionary<string, StandingRow> actual, Dictionary<string, StandingRow> expected)
    {
        foreach ((string key, StandingRow row) in expected)
        {
            if (!actual.TryGetValue(key, out StandingRow found))
                Fail($"{table}: {key} is missing");
            else if (found.Text != row.Text)
                Fail($"{table}: {key} differs\nexpected {row.Text}\nbut was {found.Text}");
        }

        foreach (string key in actual.Keys.Where(key => !expected.ContainsKey(key)))
            Fail($"{table}: {key} should not be there");
    }

    private static Dictionary<string, int> CountById(IEnumerable<StandingRow> rows)
    {
        var counts = new Dictionary<string, int>();
        foreach (StandingRow row in rows)
            counts[row.Id] = counts.GetValueOrDefault(row.Id) + 1;
        return counts;
    }

    private static string Describe(PlannedEvent planned, int rows, int letters) => string.Create(
        CultureInfo.InvariantCulture,
        $"{rows} rows, {letters} letters, {planned.Attempts} attempts, accepted {planned.Accepted}, "
        + $"rejected {planned.Rejected}");

    private void Fail(string what) => _failures.Add(what);
}
