using Attribution.Reporter.Output;

namespace Attribution.Reporter.Pages;

/// <summary>
/// Draws the answer of <c>paths</c>: the touches of journeys, counted from their end, flow into the
/// conversion. Stateless.
/// </summary>
internal static class PathFlow
{
    /// <summary>Touches that are drawn; what came before them is one more.</summary>
    public const int MaxSteps = 3;

    private const int MaxNames = 7;
    private const int MaxTableRows = 25;
    private const int NodePixels = 44;
    private const int PathColumn = 0;
    private const int CountColumn = 2;
    private const string End = "0 Conversion";
    private const string Rest = "(other)";
    private const string Earlier = "earlier touches";

    /// <summary>
    /// One flow from each touch to the next of all journeys alike; the smaller touches of a step are one.
    /// </summary>
    public static IReadOnlyList<PageChart> Sankey(PageTable table)
    {
        List<(string[] Steps, decimal Count)> paths = [.. table.Rows.Select(row => (
            Steps: Reversed(row), Count: Convert.ToDecimal(row[CountColumn], null)))];
        HashSet<string> kept = [.. Enumerable.Range(0, MaxSteps + 1).SelectMany(at => Largest(paths, at))];
        var flows = new Dictionary<(string From, string To), decimal>();
        foreach ((string[] steps, decimal count) in paths)
        {
            string to = End;
            for (int at = 0; at < steps.Length; at++)
            {
                string node = Node(at, steps[at]);
                string from = kept.Contains(node) ? node : Node(at, Rest);
                flows[(from, to)] = flows.GetValueOrDefault((from, to)) + count;
                to = from;
            }
        }

        int most = flows.Keys.GroupBy(flow => flow.From.Split(' ')[0])
            .Select(step => step.Select(flow => flow.From).Distinct().Count()).DefaultIfEmpty().Max();
        return flows.Count == 0
            ? []
            :
            [
                new PageChart.Sankey([.. flows
                    .OrderByDescending(flow => flow.Value)
                    .Select(flow => new PageLink(flow.Key.From, flow.Key.To, flow.Value))])
                {
                    Height = 60 + (most * NodePixels),
                },
            ];
    }

    /// <summary>The paths as people read them; what goes on below is one row.</summary>
    public static PageTable Readable(PageTable table)
    {
        List<object?[]> rows = [.. table.Rows.Take(MaxTableRows)
            .Select(row => (object?[])[Text((string[])row[PathColumn]!), .. row[1..]])];
        if (table.Totals is { } totals && table.Rows.Count > rows.Count)
            rows.Add(Remainder(table, totals));
        return table with
        {
            Columns = [.. table.Columns.Select(column => column.Name == "median_seconds"
                ? column with { Title = "Median time from first touch" }
                : column)],
            Rows = rows,
        };
    }

    /// <summary>The totals without what is shown: a count, a share, money.</summary>
    private static object?[] Remainder(PageTable table, object?[] totals)
    {
        decimal Left(int at) => Convert.ToDecimal(totals[at], null)
            - table.Rows.Take(MaxTableRows).Sum(row => Convert.ToDecimal(row[at], null));
        return [.. table.Columns.Select((column, at) => at == PathColumn
            ? "(other paths)"
            : at == CountColumn || column.Kind is ColumnKind.Share or ColumnKind.Money
                ? Left(at)
                : (object?)null)];
    }

    private static IEnumerable<string> Largest(List<(string[] Steps, decimal Count)> paths, int at) => paths
        .Where(path => path.Steps.Length > at)
        .GroupBy(path => path.Steps[at])
        .OrderByDescending(step => step.Sum(path => path.Count))
        .ThenBy(step => step.Key, StringComparer.Ordinal)
        .Take(MaxNames)
        .Select(step => Node(at, step.Key));

    /// <summary>The last touch first; a journey without any is one of its own.</summary>
    private static string[] Reversed(object?[] row) => row[PathColumn] is string[] { Length: > 0 } path
        ? [.. path.Reverse().Select(Named)]
        : ["(no touch)"];

    private static string Text(string[] path) =>
        path.Length == 0 ? "(no touch)" : string.Join(" → ", path.Select(Named));

    private static string Named(string step) => step switch
    {
        "" => "(none)",
        Commands.Paths.PathShape.More => Earlier,
        _ => step,
    };

    private static string Node(int at, string name) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{at + 1} {name}");
}
