using System.CommandLine;
using System.Text.Json;
using Attribution.Bench.Questions;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>questions --events 100000000 --data FOLDER</c>: every standard command of the reporter over a large
/// world that is made inside ClickHouse, beside the same question in plain SQL, as Markdown. Stateless.
/// </summary>
internal static class QuestionsCommand
{
    /// <summary>What commands take where nothing else is said, and all there is.</summary>
    private static readonly int[] Ranges = [30, World.Days];

    private static readonly Option<int> Events =
        Engines.Number("--events", 100_000_000, 10_000, 1_000_000_000, "Events of the world.");

    private static readonly Option<int> Rounds =
        Engines.Number("--rounds", 3, 1, 20, "How often each is asked after the first time.");

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder in which the world stays, and what was measured in measured.json; another run "
            + "goes on where one ended.",
        Required = true,
    };

    private static readonly Option<string?> Only = new("--only")
    {
        Description = "Asks only the commands that begin so; 'none' asks none.",
    };

    private static readonly Option<int?> Last = new("--days")
    {
        Description = $"Asks over this range only: {string.Join(" or ", Ranges)}.",
    };

    private static readonly Option<string?> Reporter = new("--reporter")
    {
        Description = "The reporter as it is published, one file; otherwise the one built beside this.",
    };

    private static readonly Option<bool> Sums = new("--sums")
    {
        Description = "Stores sums of all days first, as a nightly `sums` does, and asks then.",
    };

    public static Command Create()
    {
        var command = new Command(
            "questions", "Time the reporter's commands over a large world, beside the same in plain SQL.")
        {
            Events, Rounds, Data, Only, Last, Reporter, Sums,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string folder = parsed.GetRequiredValue(Data);
        Directory.CreateDirectory(folder);
        await using EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
            new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0 }, cancel);
        var options = new ClickHouseOptions { Endpoint = server.Endpoint };
        await new Migrator(options).ApplyAsync(cancel);
        await using var client = new ClickHouseClient(options);
        var world = new World(parsed.GetValue(Events));
        await new WorldFill(client, world, Path.Combine(folder, "world.txt")).RunAsync(cancel);

        var run = new QuestionRun(client, world, parsed.GetValue(Rounds), parsed.GetValue(Reporter));
        string file = Path.Combine(folder, "measured.json");
        List<Answered> answers = File.Exists(file)
            ? JsonSerializer.Deserialize<List<Answered>>(await File.ReadAllTextAsync(file, cancel))!
            : [];
        await run.FindPlacesAsync(cancel);
        if (parsed.GetValue(Sums))
            Console.Error.WriteLine(
                $"questions: sums took {(await run.SumAsync(cancel)).Seconds:0.0} s");
        await run.StartAsync(cancel);
        double start = (await run.StartAsync(cancel)).Seconds;
        string only = parsed.GetValue(Only) ?? "";
        HashSet<(int, string)> known = [.. answers.Select(each => (each.Days, each.Question))];
        int? last = parsed.GetValue(Last);
        IEnumerable<(int Days, Question Question)> open = Ranges.Where(days => days == (last ?? days))
            .SelectMany(days => Question.All.Select(each => (Days: days, Question: each)))
            .Where(each => each.Question.Name.StartsWith(only, StringComparison.Ordinal)
                && !known.Contains((each.Days, each.Question.Name)));
        foreach ((int days, Question question) in open)
        {
            Answered answer = await run.AskAsync(question, days, cancel);
            Console.Error.WriteLine(
                $"questions: {days} days, {answer.Question}: {answer.Command.Warm.Seconds:0.00} s, "
                + $"SQL {answer.Sql?.Warm.Seconds:0.00} s");
            answers.Add(answer);
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(answers), cancel);
        }

        QuestionReport.Write(Console.Out, answers, run.Events, start);
        return 0;
    }
}
