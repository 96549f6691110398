using System.CommandLine;
using Attribution.Bench.Schema;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>sorting-keys</c>: layouts of the table <c>events</c> compared, as Markdown. Stateless.
/// </summary>
internal static class SortingKeysCommand
{
    private static readonly Option<int> Rows = Engines.Number(
        "--rows", 2_000_000, 1_000, 1_000_000_000, "Events that fill each layout, in blocks of 100,000.");

    public static Command Create()
    {
        var command = new Command("sorting-keys", "Compare sorting keys of the table events.") { Rows };
        command.SetAction((parsed, cancel) =>
            SortingKeyComparison.RunAsync(Console.Out, parsed.GetValue(Rows), cancel));
        return command;
    }
}
