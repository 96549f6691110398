using System.CommandLine;
using Attribution.Bench.Schema;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>distributed --rounds 3</c>: one server, two shards, and a Distributed table over them. Stateless.
/// </summary>
internal static class DistributedCommand
{
    private static readonly Option<int> Blocks =
        Engines.Number("--blocks", 10, 1, 1_000, "Inserts per way and round.");

    private static readonly Option<int> Rows =
        Engines.Number("--rows", 100_000, 1, 1_000_000, "Rows per insert.");

    private static readonly Option<int> Rounds = Engines.Number("--rounds", 3, 1, 100, "Rounds, in turn.");

    public static Command Create()
    {
        var command = new Command(
            "distributed", "Insert into one ClickHouse, two shards, and a Distributed table over them.")
        {
            Blocks, Rows, Rounds,
        };
        command.SetAction((parsed, cancel) => DistributedComparison.RunAsync(
            Console.Out, parsed.GetValue(Blocks), parsed.GetValue(Rows), parsed.GetValue(Rounds), cancel));
        return command;
    }
}
