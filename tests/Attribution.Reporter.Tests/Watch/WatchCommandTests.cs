using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Watch;

/// <remarks>
/// The clock stands still at 2026-11-20 12:00:00 UTC; rows lie around it, and each figure is worked out from
/// how they are made.
/// </remarks>
public sealed class WatchCommandTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClickHouseFixture _clickHouse = new();
    private string _database = "";

    public async Task InitializeAsync()
    {
        await _clickHouse.InitializeAsync();
        _database = await _clickHouse.CreateDatabaseAsync();
        foreach (string table in (string[])["events", "attributions"])
            await SqlAsync($"SYSTEM STOP MERGES $db.{table}");
        const string Noon = "toDateTime64('2026-11-20 12:00:00', 3, 'UTC')";
        // Two per second for 90 s, every one twice; one of another project, one of tomorrow.
        for (int time = 0; time < 2; time++)
            await SqlAsync(
                "INSERT INTO $db.events (project, event_id, type, timestamp, received_at) "
                + $"SELECT if(number = 180, 'shop', 'default'), toString(number), 'open', {Noon} "
                + "- toIntervalMillisecond(if(number = 181, -86400000, 250 + number * 500)) AS t, t "
                + "FROM numbers(182) SETTINGS insert_deduplicate = 0");
        // Ten today, the first of them just after midnight in Kolkata, which is the day before in UTC.
        for (int version = 1; version <= 2; version++)
            await SqlAsync(
                "INSERT INTO $db.attributions (project, conversion_id, conversion_type, conversion_time, "
                + "model, config, version, touches, channels, credits) SELECT 'default', toString(number), "
                + "'purchase', toDateTime64('2026-11-19 18:30:00', 3, 'UTC') + toIntervalHour(number), "
                + $"model, 'abc', {version}, ['a', 'b'], if({version} = 1, ['Old', 'Old'], ['Email', "
                + "if(number % 2 = 0, 'Email', 'Direct 春')]), [400000, 600000] FROM numbers(10) ARRAY JOIN "
                + "['last', 'linear'] AS model");
        await SqlAsync(
            "INSERT INTO $db.dead_letters (project, received_at, sequence, reason) SELECT 'default', "
            + $"{Noon} - toIntervalMinute(number * 10), number, ['no type', 'not JSON'][1 + number % 2] "
            + "FROM numbers(12)");
    }

    public Task DisposeAsync() => _clickHouse.DisposeAsync();

    [Theory]
    [InlineData("UTC",
        "2026-11-20 12:00:00  2.0 events/s  newest 0.3 s ago  4 conversions today (Email 2.8, "
        + "Direct 春 1.2)  6 rejected in the last hour\n")]
    [InlineData("Asia/Kolkata",
        "2026-11-20 17:30:00  2.0 events/s  newest 0.3 s ago  10 conversions today (Email "
        + "7.0, Direct 春 3.0)  6 rejected in the last hour\n")]
    [InlineData("America/Sao_Paulo",
        "2026-11-20 09:00:00  2.0 events/s  newest 0.3 s ago  1 conversion today (Direct 春 0.6, Email 0.4)  "
        + "6 rejected in the last hour\n")]
    public async Task Once_IsOneLine(string zone, string expected)
    {
        ReporterRun run = await ReporterRun.OfAsync(
            ReporterRun.At(_clickHouse, _database, "watch", "--once", "--tz", zone));

        Assert.Equal((ExitCode.Ok, expected, ""), (run.Code, run.Out, run.Error));
    }

    [Fact]
    public async Task Once_OfNothing_IsOneLine()
    {
        ReporterRun run = await ReporterRun.OfAsync(
            ReporterRun.At(_clickHouse, _database, "watch", "--once", "--project", "nope"));

        Assert.Equal(
            "2026-11-20 12:00:00  0.0 events/s  newest more than an hour ago  0 conversions today  0 "
            + "rejected in the last hour\n",
            run.Out);
    }

    [Fact]
    public async Task Pipe_GetsALinePerLook_UntilInterrupted()
    {
        using var output = new SharedText();
        using var cancel = new CancellationTokenSource();
        Task<int> watching = RunAsync(output, isTerminal: false, () => null, cancel.Token);

        await output.WaitForAsync("hour\n2026", Patience);
        await cancel.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await watching.WaitAsync(Patience));
        Assert.DoesNotContain('\e', output.Text);
        Assert.Equal("", output.Errors);
    }

    /// <summary>Whatever ends it, the terminal has its own screen and its cursor again.</summary>
    [Theory]
    [InlineData('q', ExitCode.Ok)]
    [InlineData('\0', ExitCode.Interrupted)]
    public async Task Screen_WhenItEnds_IsGivenBack(char key, int code)
    {
        using var output = new SharedText();
        using var cancel = new CancellationTokenSource();
        bool isPressed = false;
        Task<int> watching =
            RunAsync(output, isTerminal: true, () => isPressed && key != '\0' ? key : null, cancel.Token);
        await output.WaitForAsync("\e[?2026l", Patience);
        isPressed = true;
        if (key == '\0')
            await cancel.CancelAsync();

        Assert.Equal(code, await watching.WaitAsync(Patience));
        Assert.StartsWith("\e[?1049h\e[?25l", output.Text, StringComparison.Ordinal);
        Assert.EndsWith("\e[?25h\e[?1049l", output.Text, StringComparison.Ordinal);
        Assert.Equal("", output.Errors);
    }

    [Theory]
    [InlineData("watch.60.txt", 60, 24)]
    [InlineData("watch.80.txt", 80, 24)]
    [InlineData("watch.120.txt", 120, 40)]
    [InlineData("watch.200.txt", 200, 60)]
    [InlineData("watch.small.txt", 30, 8)]
    public async Task Screen_OfASize_IsAsCommitted(string file, int width, int height)
    {
        using var output = new SharedText();
        using var console = new ReportConsole
        {
            Out = output,
            Error = output.ErrorWriter,
            IsTerminal = true,
            Clock = new FixedClock(),
            Size = () => (width, height),
            Key = () => 'q',
        };

        int code = await ReporterCommand.RunAsync(
            ReporterRun.At(_clickHouse, _database, "watch"), console, CancellationToken.None);

        Assert.Equal(ExitCode.Ok, code);
        string frame = output.Text.Replace("\e", "<ESC>", StringComparison.Ordinal);
        Assert.True(frame.Split("\r\n").Length <= height);
        ExpectedText.Matches(file, frame);
    }

    [Theory]
    [InlineData("50ms")]
    [InlineData("2h")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task Interval_WithoutSense_IsRefused(string interval)
    {
        ReporterRun run = await ReporterRun.OfAsync("watch", "--interval", interval);

        Assert.Equal(ExitCode.Usage, run.Code);
    }

    private async Task<int> RunAsync(
        SharedText output, bool isTerminal, Func<char?> key, CancellationToken cancel)
    {
        using var console = new ReportConsole
        {
            Out = output,
            Error = output.ErrorWriter,
            IsTerminal = isTerminal,
            Clock = new FixedClock(),
            Key = key,
        };
        return await ReporterCommand.RunAsync(
            ReporterRun.At(_clickHouse, _database, "watch", "--interval", "100ms"), console, cancel);
    }

    private Task<string> SqlAsync(string sql) =>
        _clickHouse.QueryAsync(sql.Replace("$db", _database, StringComparison.Ordinal));
}
