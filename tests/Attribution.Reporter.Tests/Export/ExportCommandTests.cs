using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Attribution.Reporter.Commands.Export;
using Attribution.Reporter.Tests.Support;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Tests.Export;

/// <remarks>
/// What was written is read back by ClickHouse into a table of its own and compared with the rows that count,
/// which were found by other means: no row more, none less, none changed.
/// </remarks>
public sealed class ExportCommandTests : IClassFixture<EventDatabase>, IDisposable
{
    private const string Range = "timestamp >= '2026-10-21' AND timestamp < '2026-11-21'";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly EventDatabase _database;
    private readonly string _folder = Directory.CreateTempSubdirectory("export-").FullName;

    public ExportCommandTests(EventDatabase database) => _database = database;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("events.parquet", "Parquet")]
    [InlineData("events.csv", "CSVWithNames")]
    [InlineData("events.ndjson", "JSONEachRow")]
    [InlineData("events.arrow", "Arrow")]
    [InlineData("events.tsv", "TSVWithNames")]
    public async Task File_OfEvents_HoldsEachRowOnce(string file, string format)
    {
        string path = Path.Combine(_folder, file);

        ReporterRun run = await _database.RunAsync("export", "events", "-o", path);

        Assert.Equal((ExitCode.Ok, "", ""), (run.Code, run.Out, run.Error));
        Assert.Equal([path], Directory.GetFiles(_folder));
        await AssertSameAsync([path], format, "project = 'default' AND " + Range);
    }

    [Fact]
    public async Task Explain_OfAnExport_IsItsStatementAndNoData()
    {
        string path = Path.Combine(_folder, "events");

        ReporterRun run = await _database.RunAsync(
            "export", "events", "--format", "csv", "--explain", "--where", "type = purchase");
        ReporterRun folder = await _database.RunAsync(
            "export", "events", "--format", "csv", "--explain", "--to-folder", path);
        ReporterRun threshold = await _database.RunAsync("export", "events", "--fail-if", "type = x");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.EndsWith("FORMAT CSVWithNames;\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("'purchase'", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\"event_id\"", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("FORMAT CSVWithNames;\n", folder.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(path));
        Assert.Equal((ExitCode.Usage, ""), (threshold.Code, threshold.Out));
    }

    [Theory]
    [InlineData("type = purchase and revenue > 10", "type = 'purchase' AND revenue > 10")]
    [InlineData("ip = 10.0.0.1", "ip = toIPv6('10.0.0.1')")]
    [InlineData("user_id = nobody", "0")]
    public async Task File_UnderFilter_HoldsWhatFulfilsIt(string where, string sql)
    {
        string path = Path.Combine(_folder, "events.parquet");

        ReporterRun run = await _database.RunAsync("export", "events", "-o", path, "--where", where);

        Assert.Equal(ExitCode.Ok, run.Code);
        await AssertSameAsync([path], "Parquet", $"project = 'default' AND {Range} AND {sql}");
    }

    [Fact]
    public async Task Fields_OfAFile_AreThoseAskedFor()
    {
        string path = Path.Combine(_folder, "events.csv");

        ReporterRun run = await _database.RunAsync(
            "export", "events", "-o", path, "--fields", "event_id,ip,properties.a`b\\,day,hour", "--tz",
            "Asia/Kolkata", "--where", "ip = 10.0.0.1");

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        string[] lines = await File.ReadAllLinesAsync(path);
        Assert.Equal("\"event_id\",\"ip\",\"properties.a`b\\\",\"day\",\"hour\"", lines[0]);
        Assert.Contains(",\"10.0.0.1\",\\N,\"2026-1", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    public async Task Folder_ByDay_HasADayOfTheZonePerFile(string zone)
    {
        ReporterRun run = await RunAsync("--tz", zone, "--format", "ndjson", "--from", "2026-10-22");

        Assert.Equal(ExitCode.Ok, run.Code);
        string expected = await _database.SqlAsync(
            $"SELECT 'events-' || toString(toDate(timestamp, '{zone}')) || '.ndjson' AS file, count() FROM "
            + "$db.flat WHERE project = 'default' AND timestamp >= toDateTime64('2026-10-22 00:00:00', 3, "
            + $"'{zone}') AND timestamp < toDateTime64('2026-11-21 00:00:00', 3, '{zone}') GROUP BY file "
            + "ORDER BY file");
        Dictionary<string, string> counts = expected.TrimEnd('\n').Split('\n')
            .ToDictionary(line => line.Split('\t')[0], line => line.Split('\t')[1]);
        ExportedDay[] days = [.. ExportManifest.Read(_folder)!.Days];
        Assert.Equal(30, days.Length);
        foreach (ExportedDay day in days)
        {
            byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(_folder, day.File));
            Assert.Equal(counts.GetValueOrDefault(day.File, "0"), $"{day.Rows}");
            Assert.Equal(day.Rows, bytes.Count(each => each == '\n'));
            Assert.Equal(day.Bytes, bytes.Length);
            Assert.Equal(day.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            // Today is not over.
            Assert.Equal(day.Day < new DateOnly(2026, 11, 20), day.IsFinished);
        }
    }

    [Fact]
    public async Task Folder_WrittenAgain_LeavesFinishedDaysAlone()
    {
        await RunAsync("--format", "csv", "--from", "2026-11-15", "--to", "2026-11-19");
        string kept = Path.Combine(_folder, "events-2026-11-16.csv");
        string damaged = Path.Combine(_folder, "events-2026-11-17.csv");
        string whole = await File.ReadAllTextAsync(damaged);
        DateTime written = File.GetLastWriteTimeUtc(kept);
        await File.WriteAllTextAsync(damaged, "cut short");

        ReporterRun again = await RunAsync("--format", "csv", "--from", "2026-11-15", "--to", "2026-11-20");
        ReporterRun third = await RunAsync("--format", "csv", "--from", "2026-11-15", "--to", "2026-11-20");

        Assert.Contains("2 days with", again.Error, StringComparison.Ordinal);
        Assert.Contains("3 were there already", again.Error, StringComparison.Ordinal);
        Assert.Contains("0 days with 0 rows", third.Error, StringComparison.Ordinal);
        ReporterRun last = await RunAsync("--format", "csv", "--from", "2026-11-15", "--to", "2026-11-21");
        Assert.Contains("1 day with", last.Error, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));
        Assert.Equal(whole, await File.ReadAllTextAsync(damaged));
    }

    [Fact]
    public async Task Folder_OfAnotherQuestion_IsRefusedUnlessForced()
    {
        string[] range = ["--from", "2026-11-15", "--to", "2026-11-17"];
        await RunAsync([.. range, "--format", "csv"]);

        ReporterRun refused = await RunAsync([.. range, "--format", "csv", "--where", "type = click"]);
        ReporterRun forced =
            await RunAsync([.. range, "--format", "csv", "--where", "type = click", "--force"]);

        Assert.Equal(ExitCode.Failure, refused.Code);
        Assert.Contains("holds another export", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, forced.Code);
    }

    [Fact]
    public async Task Folder_WithAManifestThatIsNone_IsRefused()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ExportManifest.FileName), "{\"version\":1");

        ReporterRun run = await RunAsync("--format", "csv");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("is no manifest", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Killed in the middle of its days, again and again, it ends with the files of one that was
    /// not.</summary>
    [Fact]
    public async Task Folder_AfterKills_IsTheSameAsWithout()
    {
        string other = Directory.CreateTempSubdirectory("export-").FullName;
        string[] question =
            ["export", "events", "--format", "ndjson", "--from", "2026-10-22", "--to", "2026-11-20"];
        for (int kill = 1; kill <= 3; kill++)
            await KilledAsync(question, atLeast: kill * 4);

        ReporterRun rest = await _database.RunAsync([.. question, "--to-folder", _folder]);
        ReporterRun undisturbed = await _database.RunAsync([.. question, "--to-folder", other]);

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (rest.Code, undisturbed.Code));
        Assert.Contains("were there already", rest.Error, StringComparison.Ordinal);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(other, ExportManifest.FileName)),
            await File.ReadAllTextAsync(Path.Combine(_folder, ExportManifest.FileName)));
        foreach (string file in Directory.GetFiles(other))
            Assert.Equal(
                await File.ReadAllBytesAsync(file),
                await File.ReadAllBytesAsync(Path.Combine(_folder, Path.GetFileName(file))));
        Assert.Empty(Directory.GetFiles(_folder, "*.part"));
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public async Task Attributions_OfAFolder_EqualPlainSql()
    {
        ReporterRun run = await _database.RunAsync(
            "export", "attributions", "--to-folder", _folder, "--format", "csv", "--model", "last",
            "--fields", "conversion_id,version", "--where", "conversion_type = purchase");

        Assert.Equal(ExitCode.Ok, run.Code);
        string expected = await _database.SqlAsync(
            "SELECT conversion_id, max(version) FROM $db.attributions WHERE project = 'default' AND model = "
            + "'last' AND conversion_time >= '2026-10-21' AND conversion_time < '2026-11-21' GROUP BY "
            + "conversion_id");
        IEnumerable<string> lines = Directory.GetFiles(_folder, "*.csv")
            .SelectMany(file => File.ReadAllLines(file).Skip(1))
            .Select(line => line.Replace("\"", "", StringComparison.Ordinal).Replace(',', '\t'));
        Assert.Equal(expected.TrimEnd('\n').Split('\n').Order(), lines.Order());
    }

    [Theory]
    [InlineData("--format", "html")]
    [InlineData("--format", "json")]
    [InlineData("--fields", "nothing")]
    [InlineData("--where", "nothing = 1")]
    [InlineData("--to-folder", "")]
    [InlineData("--to-folder", "x", "-o", "y")]
    public async Task Question_WithoutSense_IsRefused(params string[] args)
    {
        foreach (string table in (string[])["events", "attributions"])
        {
            ReporterRun run = await _database.RunAsync(["export", table, .. args]);

            Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        }
    }

    [Theory]
    // Without summer time's end, with it, its beginning, and a day that Samoa left out.
    [InlineData("UTC", "2026-10-24", "2026-10-27", "24 24 24")]
    [InlineData("Europe/Berlin", "2026-10-24", "2026-10-27", "24 25 24")]
    [InlineData("America/New_York", "2026-03-07", "2026-03-10", "24 23 24")]
    [InlineData("Pacific/Apia", "2011-12-29", "2012-01-01", "24 24")]
    [InlineData("UTC", "2026-10-24T18:00:00Z", "2026-10-25T06:00:00Z", "6 6")]
    public void Days_OfAZone_HaveItsHours(string zone, string from, string to, string hours)
    {
        var times = new ReportTime(ReportZone.Find(zone), FixedClock.Now);
        var range = TimeRange.Parse(new RangeTexts(from, to, null), times);

        ExportDay[] days = [.. ExportDay.Of(range)];

        Assert.Equal(
            hours,
            string.Join(' ', days.Select(day => Hours(day.To - day.From))));
        Assert.Equal((range.From, range.To), (days[0].From, days[^1].To));
    }

    private static string Hours(TimeSpan span) => span.TotalHours.ToString(CultureInfo.InvariantCulture);

    private Task<ReporterRun> RunAsync(params string[] args) =>
        _database.RunAsync(["export", "events", "--to-folder", _folder, .. args]);

    /// <summary>Runs the program in a process of its own and kills it once the manifest has so many
    /// days.</summary>
    private async Task KilledAsync(string[] question, int atLeast)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Attribution.Reporter.dll");
        string[] asked = [.. question, "--to-folder", _folder];
        string[] args = [program, .. ReporterRun.At(_database.ClickHouse, _database.Name, asked)];
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        long begin = Stopwatch.GetTimestamp();
        while (Days() < atLeast && !process.HasExited && Stopwatch.GetElapsedTime(begin) < Patience)
            await Task.Delay(2);
        bool isKilled = !process.HasExited;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        Assert.True(isKilled && Days() >= atLeast, await process.StandardError.ReadToEndAsync());
    }

    private int Days()
    {
        string path = Path.Combine(_folder, ExportManifest.FileName);
        if (!File.Exists(path))
            return 0;
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("days").GetArrayLength();
    }

    private async Task AssertSameAsync(string[] files, string format, string where)
    {
        string table = $"back_{Guid.NewGuid():N}";
        await _database.SqlAsync($"CREATE TABLE $db.{table} AS $db.flat");
        using var http = new HttpClient();
        foreach (string file in files)
        {
            string query = Uri.EscapeDataString(
                $"INSERT INTO {_database.Name}.{table} SETTINGS date_time_input_format = 'best_effort', "
                + $"input_format_skip_unknown_fields = 1 FORMAT {format}");
            using var content = new StreamContent(File.OpenRead(file));
            using HttpResponseMessage answer =
                await http.PostAsync(new Uri(_database.ClickHouse.Endpoint, $"/?query={query}"), content);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        // Columns that no file has are not compared.
        const string Columns =
            "event_id, type, timestamp, received_at, sent_at, user_id, anonymous_id, source, medium, "
            + "campaign, click_id, ip, country, revenue, currency, properties, sequence";
        string differences = await _database.SqlAsync(
            $"SELECT count() FROM (SELECT {Columns}, count() FROM $db.flat WHERE {where} GROUP BY ALL "
            + $"EXCEPT SELECT {Columns}, count() FROM $db.{table} GROUP BY ALL)");
        string counts = await _database.SqlAsync(
            $"SELECT (SELECT count() FROM $db.flat WHERE {where}) = (SELECT count() FROM $db.{table})");
        Assert.Equal(("0\n", "1\n"), (differences, counts));
    }
}
