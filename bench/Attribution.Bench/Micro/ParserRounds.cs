using System.Diagnostics;
using Attribution.Bench.Crash;
using Attribution.Bench.Load;

namespace Attribution.Bench.Micro;

/// <summary>
/// The parser beside <see cref="System.Text.Json.Utf8JsonReader"/> in alternating rounds, so that what slows
/// the machine slows both, as Markdown. Stateless.
/// </summary>
internal static class ParserRounds
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(60);

    public static void Run(TextWriter output, int rounds, TimeSpan warmUp)
    {
        var machine = Machine.Current();
        output.WriteLine("# The parser beside Utf8JsonReader");
        output.WriteLine();
        output.WriteLine($"{machine.Cpu}, {machine.Cores} cores, {machine.Kernel}; .NET SDK {machine.Sdk}, "
            + $"{machine.Runtime}; commit {machine.Commit}; `{machine.Command}`; {machine.MeasuredAt:u}.");
        output.WriteLine();
        output.WriteLine($"Nanoseconds per event, medians of {rounds} alternating rounds; "
            + $"{ParserBodies.Events:N0} different events of each shape. Ratios are within a round.");
        output.WriteLine();
        output.WriteLine("| shape | bytes per event | tokens only | all fields | strict parser | fast parser "
            + "| fast parser, ratio to all fields: min / median / max | bytes allocated |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (string shape in ParserBodies.Shapes)
            output.WriteLine(Row(shape, rounds, warmUp));
    }

    private static string Row(string shape, int rounds, TimeSpan warmUp)
    {
        var work = new ParserWork(shape);
        Func<int>[] ways = [work.Tokens, work.Fields, work.Strict, work.Fast];
        foreach (Func<int> way in ways)
            Nanos(way, warmUp);

        long before = GC.GetAllocatedBytesForCurrentThread();
        work.Fast();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        double[][] nanos = [.. ways.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
                nanos[way][round] = Nanos(ways[way], Turn);
        }

        double[] ratios = [.. nanos[1].Zip(nanos[3], (fields, fast) => fields / fast).Order()];
        string medians = string.Join(" | ", nanos.Select(way => $"{Spread.MedianOf(way):F0}"));
        return $"| {shape} | {work.EventBytes} | {medians} "
            + $"| {ratios[0]:F2} / {Spread.MedianOf(ratios):F2} / {ratios[^1]:F2} | {allocated} |";
    }

    private static double Nanos(Func<int> way, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        long events = 0;
        TimeSpan elapsed;
        do
        {
            way();
            events += ParserBodies.Events;
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        while (elapsed < time);

        return elapsed.TotalNanoseconds / events;
    }
}
