using System.Diagnostics;
using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;

namespace Attribution.Bench.Questions;

/// <summary>
/// Asks the reporter, as a process of its own, and ClickHouse directly, in turn. Owned by one command.
/// </summary>
/// <param name="client">The server that is asked.</param>
/// <param name="world">What it holds.</param>
/// <param name="rounds">How often each is asked after the first time.</param>
/// <param name="program">The reporter as one file; null is the one that is built beside this.</param>
internal sealed class QuestionRun(ClickHouseClient client, World world, int rounds, string? program)
{
    private const string Program = "Attribution.Reporter";
    private readonly AskedMeter _meter = new(client);
    private readonly Dictionary<string, string> _places = [];

    /// <summary>Finds a person with an id of the sender's, and a conversion of that person's.</summary>
    public async Task FindPlacesAsync(CancellationToken cancel)
    {
        string found = await client.ScalarAsync<string>(
            "SELECT concat(user_id, ' ', conversion_id) FROM attributions WHERE user_id != '' "
            + "AND conversion_time >= {from:DateTime64(3, 'UTC')} LIMIT 1",
            new QueryParameters().Add("from", World.To.AddDays(-3)),
            cancel);
        string[] ids = found.Split(' ');
        _places["$user"] = ids[0];
        _places["$conversion"] = ids[1];
    }

    /// <param name="question">What is asked.</param>
    /// <param name="days">The last so many of the world.</param>
    /// <param name="cancel">Ends it early.</param>
    public async Task<Answered> AskAsync(Question question, int days, CancellationToken cancel)
    {
        DateTime from = World.To.AddDays(-days);
        string[] arguments =
        [
            .. question.Arguments.Split(' ').Select(word => _places.GetValueOrDefault(word, word)),
            "--from", Day(from), "--to", Day(World.To), "--format", "csv",
        ];
        Func<Task>? sql = question.Sql is null
            ? null
            : await SqlAsync(question.Sql, from, cancel);
        var commands = new List<Asked>();
        var statements = new List<Asked>();
        for (int round = 0; round <= rounds; round++)
        {
            commands.Add(await _meter.MeasureAsync(() => ReporterAsync(arguments, cancel), cancel));
            if (sql is not null)
                statements.Add(await _meter.MeasureAsync(sql, cancel));
        }

        return new Answered(
            question.Name, days, Best(commands), statements.Count == 0 ? null : Best(statements));
    }

    /// <summary>A process that asks nothing.</summary>
    public Task<Asked> StartAsync(CancellationToken cancel) =>
        _meter.MeasureAsync(() => ReporterAsync(["--version"], cancel, isAsking: false), cancel);

    /// <summary>Stores the sums of all days that have none.</summary>
    public Task<Asked> SumAsync(CancellationToken cancel) => _meter.MeasureAsync(
        () => ReporterAsync(
            ["sums", "--from", Day(World.From), "--to", Day(World.To)], cancel),
        cancel);

    public long Events => world.EventsPerDay * World.Days;

    private static Measured Best(List<Asked> asked) =>
        new(asked[0], asked.Skip(1).DefaultIfEmpty(asked[0]).MinBy(each => each.Seconds)!);

    private async Task<Func<Task>> SqlAsync(string file, DateTime from, CancellationToken cancel)
    {
        string sql = await QuestionSql.LoadAsync(file, cancel);
        return async () =>
        {
            QueryParameters parameters = new QueryParameters()
                .Add("from", from).Add("to", World.To).Add("config", AttributionConfig.Web.Hash)
                .Add("user", _places["$user"]).Add("conversion", _places["$conversion"]);
            await client.QueryTextAsync($"{sql}\nFORMAT CSV", parameters, cancel);
        };
    }

    private async Task ReporterAsync(
        string[] arguments, CancellationToken cancel, bool isAsking = true)
    {
        var start = new ProcessStartInfo(program ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (program is null)
            start.ArgumentList.Add(Built());
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        if (isAsking)
        {
            start.ArgumentList.Add("--clickhouse");
            start.ArgumentList.Add(client.Options.Endpoint.ToString());
            start.ArgumentList.Add("--database");
            start.ArgumentList.Add(client.Options.Database);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
        string error = await process.StandardError.ReadToEndAsync(cancel);
        await output;
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new IOException($"reporter {string.Join(' ', arguments)}: {error}");
    }

    /// <summary>Built beside this program, as all of the solution's are.</summary>
    private static string Built()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, Program, own.Name, $"{Program}.dll");
    }

    private static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
