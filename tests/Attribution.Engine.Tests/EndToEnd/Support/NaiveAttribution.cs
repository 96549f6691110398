namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>An event as the independent attribution reads it back from ClickHouse. Immutable.</summary>
internal sealed record StoredEvent(
    string Id,
    long TimeMillis,
    string User,
    string Anonymous,
    string Device,
    bool IsConversion,
    string? Channel);

/// <summary>
/// Attribution written the plain way, over lists and dictionaries, to hold the engine's results against.
/// Shares no code with it. Stateless.
/// </summary>
internal static class NaiveAttribution
{
    private const long LookbackMillis = 30L * 86_400_000;
    private const double HalfLifeMillis = 7 * 86_400_000.0;

    /// <summary>
    /// Per conversion and model: touch id and credit in millionths, in order, without zeros.
    /// </summary>
    public static Dictionary<(string Conversion, string Model), List<(string Touch, long Credit)>> Compute(
        IReadOnlyList<StoredEvent> events)
    {
        var results = new Dictionary<(string, string), List<(string, long)>>();
        foreach (List<StoredEvent> person in Persons(events))
        {
            List<StoredEvent> touches = [.. person.Where(e => e.Channel is not null)
                .OrderBy(e => e.TimeMillis).ThenBy(e => e.Id, StringComparer.Ordinal)];
            foreach (StoredEvent conversion in person.Where(e => e.IsConversion))
            {
                List<StoredEvent> path = [.. touches.Where(t =>
                    t.TimeMillis <= conversion.TimeMillis
                    && conversion.TimeMillis - t.TimeMillis <= LookbackMillis)];
                foreach ((string model, double[] weights) in Weights(path, conversion.TimeMillis))
                    results[(conversion.Id, model)] = path.Count == 0
                        ? [("", 1_000_000)]
                        : [.. path.Zip(Shares(weights), (t, share) => (t.Id, share))
                            .Where(pair => pair.share > 0)];
            }
        }

        return results;
    }

    private static IEnumerable<(string Model, double[] Weights)> Weights(
        List<StoredEvent> path, long conversionMillis)
    {
        int n = path.Count;
        double[] Only(int index) => [.. Enumerable.Range(0, n).Select(i => i == index ? 1.0 : 0.0)];
        int lastNonDirect = path.FindLastIndex(t => t.Channel != "Direct");
        yield return ("first", Only(0));
        yield return ("last", Only(n - 1));
        yield return ("last_non_direct", Only(lastNonDirect < 0 ? n - 1 : lastNonDirect));
        yield return ("linear", [.. Enumerable.Repeat(1.0, n)]);
        yield return ("time_decay",
            [.. path.Select(t => Math.Pow(2, -(conversionMillis - t.TimeMillis) / HalfLifeMillis))]);
        yield return ("position_based", [.. Enumerable.Range(0, n).Select(i => Position(i, n))]);
    }

    private static double Position(int index, int count)
    {
        if (count <= 2)
            return 1.0 / count;
        return index == 0 || index == count - 1 ? 0.4 : 0.2 / (count - 2);
    }

    /// <summary>Largest remainder, ties to the earlier.</summary>
    private static long[] Shares(double[] weights)
    {
        double sum = weights.Sum();
        decimal[] exact = [.. weights.Select(w => decimal.Round((decimal)(w / sum) * 1_000_000, 6))];
        long[] shares = [.. exact.Select(e => (long)decimal.Floor(e))];
        IEnumerable<int> byRemainder = Enumerable.Range(0, weights.Length)
            .OrderByDescending(i => exact[i] - shares[i]).ThenBy(i => i);
        foreach (int index in byRemainder.Take((int)(1_000_000 - shares.Sum())))
            shares[index]++;
        return shares;
    }

    private static IEnumerable<List<StoredEvent>> Persons(IReadOnlyList<StoredEvent> events)
    {
        var parent = new Dictionary<string, string>();
        string Root(string id)
        {
            while (parent.TryGetValue(id, out string? up) && up != id)
                id = up;
            return id;
        }

        var first = new Dictionary<StoredEvent, string>();
        foreach (StoredEvent stored in events)
        {
            string[] ids = [.. new[] { ("u:", stored.User), ("a:", stored.Anonymous), ("d:", stored.Device) }
                .Where(pair => pair.Item2.Length > 0).Select(pair => pair.Item1 + pair.Item2)];
            foreach (string id in ids)
                parent[Root(id)] = Root(ids[0]);
            first[stored] = ids[0];
        }

        return events.GroupBy(e => Root(first[e])).Select(group => group.ToList());
    }
}
