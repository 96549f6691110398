using Attribution.Bench.Crash;

namespace Attribution.Bench.Schema;

/// <summary>
/// The comparison of inserts as Markdown: medians, and ratios to the first variant. Stateless.
/// </summary>
internal static class InsertReport
{
    public static void Write(
        TextWriter output, Dictionary<InsertVariant, List<InsertCost>> costs, int blocks, int blockRows)
    {
        output.WriteLine(
            $"""
            {ServerCpu.Model()}, {Environment.ProcessorCount} cores, load average {ServerCpu.Load()}.
            {blocks} blocks of {blockRows:N0} simulated events, one after another. CPU is ClickHouse's, in
            microseconds per row: median, then the ratio to the first line of the same round, min/median/max.

            | variant | insert CPU | ratio | merge CPU | ratio | rows/s |
            |---|---:|---:|---:|---:|---:|
            """);
        List<InsertCost> first = costs.Values.First();
        foreach ((InsertVariant variant, List<InsertCost> own) in costs)
        {
            output.WriteLine(
                $"| {variant.Name} | {Median(own, cost => cost.InsertMicros):0.00} "
                + $"| {Ratios(own, first, cost => cost.InsertMicros)} "
                + $"| {Median(own, cost => cost.MergeMicros):0.00} "
                + $"| {Ratios(own, first, cost => cost.MergeMicros)} "
                + $"| {Median(own, cost => cost.RowsPerSecond):N0} |");
        }
    }

    private static double Median(List<InsertCost> costs, Func<InsertCost, double> figure) =>
        Spread.MedianOf(costs.Select(figure));

    private static string Ratios(
        List<InsertCost> own, List<InsertCost> first, Func<InsertCost, double> figure)
    {
        double[] ratios = [.. own.Zip(first, (left, right) => figure(left) / figure(right))];
        return $"{ratios.Min():0.00}/{Spread.MedianOf(ratios):0.00}/{ratios.Max():0.00}";
    }
}
