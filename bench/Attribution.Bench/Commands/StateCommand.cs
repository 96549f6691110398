using System.CommandLine;
using System.Globalization;
using Attribution.Bench.States;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>state --persons 10000000 --touches 3</c>: what persons and touches take, in bytes and in time, beside
/// a dictionary of lists. Stateless.
/// </summary>
internal static class StateCommand
{
    private static readonly Option<int> Persons =
        Engines.Number("--persons", 10_000_000, 1_000, 16_777_216, "Persons to remember.");

    private static readonly Option<int> Touches =
        Engines.Number("--touches", 3, 1, 16, "Touches of each.");

    private static readonly Option<int> Baseline =
        Engines.Number("--baseline", 1_000_000, 1_000, 4_000_000, "Persons in the dictionary of lists.");

    public static Command Create()
    {
        var command = new Command("state", "Measure the memory and time of persons and their touches.")
        {
            Persons, Touches, Baseline,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int persons = parsed.GetValue(Persons);
        int touches = parsed.GetValue(Touches);
        long total = 0;
        using var fill = new StateFill(persons, touches);
        foreach ((string step, double nanos, long bytes) in fill.Steps())
        {
            total += bytes;
            Write(step, nanos, bytes, persons);
        }

        double each = total / (double)persons;
        Console.WriteLine(Text($"all: {total / 1e6:0.0} MB more resident, {each:0.0} B a person"));
        Console.WriteLine(Text($"the engine's own counter of journeys: {fill.Reserved / 1e6:0.0} MB"));
        Console.WriteLine(Text($"the whole process: {StateFill.ResidentBytes() / 1e6:0.0} MB"));

        int few = parsed.GetValue(Baseline);
        (double plainNanos, long plainBytes) = StateFill.Baseline(few, touches);
        Write("baseline, Dictionary<ulong, List<touch>>, per event", plainNanos, plainBytes, few);
        return 0;
    }

    private static void Write(string step, double nanos, long bytes, int persons) => Console.WriteLine(Text(
        $"{step,-52} {nanos,7:0.0} ns  {bytes / 1e6,8:0.0} MB  {bytes / (double)persons,6:0.0} B a person"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
