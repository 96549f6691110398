using System.Globalization;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Events;

/// <remarks>
/// Rows come as from several workers: late ones below others, blocks sent again, merges in between. Each
/// event must be shown once, which only a run over real time can tell; it ends as soon as all are there.
/// </remarks>
public sealed class EventTailTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClickHouseFixture _clickHouse = new();
    private string _database = "";

    public async Task InitializeAsync()
    {
        await _clickHouse.InitializeAsync();
        _database = await _clickHouse.CreateDatabaseAsync();
    }

    public Task DisposeAsync() => _clickHouse.DisposeAsync();

    [Fact]
    public async Task Follow_RowsOutOfOrderAndAgain_ShowsEachOnce()
    {
        await InsertAsync(1, 5_000);
        using var output = new SharedText();
        using var cancel = new CancellationTokenSource();
        Task<int> following = FollowAsync(output, ["--limit", "3"], cancel.Token);
        await output.WaitForAsync("e5000", Patience);

        await InsertAsync(5_101, 5_200);
        await InsertAsync(5_101, 5_200);
        await output.WaitForAsync("e5200", Patience);
        await InsertAsync(5_001, 5_100);
        await _clickHouse.QueryAsync($"OPTIMIZE TABLE {_database}.events FINAL");
        await output.WaitForAsync("e5100", Patience);
        await InsertAsync(5_050, 5_300);
        await output.WaitForAsync("e5300", Patience);
        await cancel.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await following.WaitAsync(Patience));
        int[] shown = [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture))];
        Assert.Equal([4_998, 4_999, 5_000], shown[..3]);
        Assert.Equal(Enumerable.Range(4_998, 303), shown.Order());
        Assert.Equal("", output.Errors);
    }

    [Fact]
    public async Task Follow_UnderFilter_ShowsOnlyWhatFulfilsIt()
    {
        await InsertAsync(1, 10);
        using var output = new SharedText();
        using var cancel = new CancellationTokenSource();
        Task<int> following = FollowAsync(
            output, ["--where", "user_id = u1", "--limit", "1", "--format", "json"], cancel.Token);
        await output.WaitForAsync("e8\"", Patience);

        await InsertAsync(11, 30);
        await output.WaitForAsync("e29\"", Patience);
        await cancel.CancelAsync();
        await following.WaitAsync(Patience);

        // The array is closed, so what was followed is JSON.
        using var document = System.Text.Json.JsonDocument.Parse(output.Text);
        Assert.Equal(
            ["e8", "e15", "e22", "e29"],
            document.RootElement.EnumerateArray().Select(row => row.GetProperty("event_id").GetString()));
    }

    [Theory]
    [InlineData("--page", "2")]
    [InlineData("--before", "1.YQ")]
    [InlineData("--explain")]
    [InlineData("--format", "parquet")]
    public async Task Follow_OfWhatEnds_IsRefused(params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(
            ReporterRun.At(_clickHouse, _database, ["events", "--follow", .. args]));

        Assert.Equal(ExitCode.Usage, run.Code);
    }

    private async Task<int> FollowAsync(SharedText output, string[] args, CancellationToken cancel)
    {
        using var console = new ReportConsole
        {
            Out = output,
            Error = output.ErrorWriter,
            Clock = new FixedClock(),
        };
        return await ReporterCommand.RunAsync(
            ReporterRun.At(_clickHouse, _database, ["events", "--follow", "--fields", "event_id", .. args]),
            console, cancel);
    }

    private Task<string> InsertAsync(int first, int last) => _clickHouse.QueryAsync(
        $"INSERT INTO {_database}.events (project, event_id, type, timestamp, received_at, user_id, "
        + "sequence) SELECT 'default', 'e' || toString(number), 'open', toDateTime64('2026-11-10 "
        + "00:00:00', 3, 'UTC') + toIntervalSecond(number) AS t, t, 'u' || toString(number % 7), number "
        + $"FROM numbers({first}, {last - first + 1}) SETTINGS insert_deduplicate = 0");
}
