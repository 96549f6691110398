using Attribution.Reporter.Commands.Events;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Events;

/// <summary>Events, page by page, equal the same question asked in plain SQL over one row of each.</summary>
public sealed class EventsCommandTests(EventDatabase database) : IClassFixture<EventDatabase>
{
    [Theory]
    [InlineData(null, "1")]
    [InlineData("type = purchase", "type = 'purchase'")]
    [InlineData("revenue > 100.5 and currency in (EUR, JPY)",
        "revenue > 100.5 AND currency IN ('EUR', 'JPY')")]
    [InlineData("not campaign like 'k1%'", "NOT startsWith(campaign, 'k1')")]
    [InlineData("revenue is empty", "revenue IS NULL")]
    [InlineData("properties.level = 3", "properties = '{\"plan\":\"pro\",\"level\":3}'")]
    [InlineData("event_id contains '春'", "position(event_id, '春') > 0")]
    [InlineData("ip = 10.0.0.1", "ip = toIPv6('10.0.0.1')")]
    [InlineData("sequence > 2000 and sequence <= 2100", "sequence BETWEEN 2001 AND 2100")]
    [InlineData("user_id = nobody", "0")]
    public async Task Events_UnderFilter_EqualPlainSql(string? where, string sql)
    {
        string[] filter = where is null ? [] : ["--where", where];

        ReporterRun run = await database.RunAsync(
            ["events", .. filter, "--limit", "5000", "--fields", "timestamp,event_id,type,campaign,revenue"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        string expected = await database.SqlAsync(
            "SELECT formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.', 'UTC') || "
            + "leftPad(toString(toUnixTimestamp64Milli(timestamp) % 1000), 3, '0') || 'Z', "
            + "event_id, type, campaign, toDecimalString(revenue, 4) "
            + "FROM $db.flat WHERE project = 'default' AND timestamp >= '2026-10-21' "
            + $"AND timestamp < '2026-11-21' AND ({sql}) ORDER BY timestamp DESC, event_id DESC");
        Assert.Equal(
            expected.Replace("\\'", "'", StringComparison.Ordinal),
            run.Out[(run.Out.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>The Berlin days around the end of summer time have other rows than UTC's.</summary>
    [Theory]
    [InlineData("UTC", "2026-10-25")]
    [InlineData("Europe/Berlin", "2026-10-24")]
    [InlineData("Europe/Berlin", "2026-10-25")]
    [InlineData("Asia/Kolkata", "2026-10-25")]
    public async Task Events_OfADayInAZone_EqualPlainSql(string zone, string day)
    {
        ReporterRun run = await database.RunAsync(
            "events", "--during", day, "--tz", zone, "--limit", "5000",
            "--fields", "event_id,day,hour_of_day");

        string expected = await database.SqlAsync(
            $"SELECT event_id, toDate(timestamp, '{zone}'), toHour(timestamp, '{zone}') FROM $db.flat "
            + $"WHERE project = 'default' AND toDate(timestamp, '{zone}') = '{day}' "
            + "ORDER BY timestamp DESC, event_id DESC");
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Replace("\\'", "'", StringComparison.Ordinal).TrimEnd('\n'),
            string.Join('\n', run.Cells().Select(cells => string.Join('\t', cells))));
    }

    [Theory]
    [InlineData(null, 7)]
    [InlineData("type = click", 100)]
    [InlineData("country = AT", 999)]
    public async Task Pages_OneAfterAnother_AreAllRowsOnce(string? where, int limit)
    {
        string[] question = ["events", "--fields", "event_id", "--from", "2026-11-15"];
        question = where is null ? question : [.. question, "--where", where];
        string[] all = Ids(await database.RunAsync([.. question, "--limit", "5000"]));

        var paged = new List<string>();
        string[] before = [];
        for (int page = 1; ; page++)
        {
            ReporterRun run = await database.RunAsync([.. question, "--limit", $"{limit}", .. before]);
            ReporterRun numbered =
                await database.RunAsync([.. question, "--limit", $"{limit}", "--page", $"{page}"]);
            Assert.Equal((run.Code, run.Out), (numbered.Code, numbered.Out));
            paged.AddRange(Ids(run));
            int at = run.Error.IndexOf("--before ", StringComparison.Ordinal);
            if (at < 0)
                break;
            before = ["--before", run.Error[(at + "--before ".Length)..].Trim()];
        }

        Assert.True(all.Length > 7);
        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task Events_OfNothing_SayWhereTheyAre()
    {
        ReporterRun none = await database.RunAsync("events", "--where", "user_id = nobody");
        ReporterRun other = await database.RunAsync("events", "--project", "nope");

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (none.Code, other.Code));
        Assert.Contains("the oldest is from 2026-10-22", none.Error, StringComparison.Ordinal);
        Assert.Contains("default, shop", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--before=x", "is no place between rows")]
    [InlineData("--before=1.ÿ", "is no place between rows")]
    [InlineData("--before=99999999999999999.YQ", "is no place between rows")]
    [InlineData("--page=0", "is not from 1")]
    [InlineData("--fields=contry", "Did you mean 'country'?")]
    [InlineData("--where=contry = 1", "Did you mean 'country'?")]
    public async Task Question_WithoutSense_IsRefused(string option, string message)
    {
        ReporterRun run = await database.RunAsync("events", option);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("e1 '\"\\ü 春")]
    [InlineData("\u001b[31m")]
    public void Cursor_OfAnyId_GoesRound(string id)
    {
        var cursor = new RowCursor(new DateTime(2026, 11, 5, 10, 0, 0, 123, DateTimeKind.Utc), id);

        string text = cursor.ToString();

        Assert.Equal(cursor, RowCursor.Parse("--before", text));
        Assert.All(text, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
    }

    [Fact]
    public Task Table_OnTerminals_IsAsCommitted() =>
        TerminalText.MatchesAsync(
            "events",
            terminal => database.RunAsync(terminal, "events", "--limit", "8", "--tz", "Europe/Berlin"));

    private static string[] Ids(ReporterRun run) =>
        run.Out.Trim().Contains('\n', StringComparison.Ordinal)
            ? [.. run.Cells().Select(cells => cells[0])]
            : [];
}
