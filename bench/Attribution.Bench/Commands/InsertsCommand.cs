using System.CommandLine;
using Attribution.Bench.Schema;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>inserts --rounds 3</c>: ways to give the same blocks to ClickHouse compared, as Markdown. Stateless.
/// </summary>
internal static class InsertsCommand
{
    private static readonly Option<int> Blocks =
        Engines.Number("--blocks", 10, 1, 1_000, "Inserts per variant and round.");

    private static readonly Option<int> Rows =
        Engines.Number("--rows", 100_000, 1, 1_000_000, "Rows per insert.");

    private static readonly Option<int> Rounds = Engines.Number("--rounds", 3, 1, 100, "Rounds, in turn.");

    private static readonly Option<string> Only = new("--only")
    {
        Description = "Parts of the names of the variants to run beside the first, with commas between.",
        DefaultValueFactory = _ => "",
    };

    public static Command Create()
    {
        var command = new Command("inserts", "Compare ways to insert events into ClickHouse.")
        {
            Blocks, Rows, Rounds, Only,
        };
        command.SetAction((parsed, cancel) => InsertComparison.RunAsync(
            Console.Out,
            new InsertComparisonOptions(
                parsed.GetValue(Blocks), parsed.GetValue(Rows), parsed.GetValue(Rounds),
                parsed.GetValue(Only) ?? ""),
            cancel));
        return command;
    }
}
