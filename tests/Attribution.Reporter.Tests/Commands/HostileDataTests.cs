using System.Text.Json;
using System.Text.RegularExpressions;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What events carry comes out as it went in, and does nothing on its way.</summary>
public sealed partial class HostileDataTests(HostileDatabase database) : IClassFixture<HostileDatabase>
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, HostileTexts.Data.Count)];

    /// <summary>What a spreadsheet or a terminal might act upon.</summary>
    public static TheoryData<int> Dangerous => [.. ((string[])[
        "=1+1", "-1", "\t=1", "＝1", "a,\"b\";c", HostileTexts.Obeyed])
        .Select(text => HostileTexts.Data.ToList().IndexOf(text))];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Texts_InJsonAndTsv_GoRoundByteExact(int number)
    {
        string text = HostileTexts.Data[number];
        foreach ((string[] command, string[] columns) in TextColumns(text))
        {
            ReporterRun json = await RunAsync(text, command, "json");
            ReporterRun tsv = await RunAsync(text, command, "tsv");

            Assert.True((json.Code, tsv.Code) == (0, 0), $"{command[0]}: {json.Error}{tsv.Error}");
            using var document = JsonDocument.Parse(json.Out);
            string[] names = [.. tsv.Out.Split('\n')[0].Split('\t').Select(CsvText.Unescaped)];
            string[][] cells = tsv.Cells();
            foreach (string column in columns)
            {
                Assert.Contains(document.RootElement.EnumerateArray(), row => Holds(row, column, text));
                int at = Array.IndexOf(names, column);
                Assert.Contains(cells, row => Is(CsvText.Unescaped(row[at]), text));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Explain_InJson_HoldsTheTextsByteExact(int number)
    {
        string text = HostileTexts.Data[number];

        ReporterRun run = await RunAsync(text, ["explain", "--", text], "json");

        Assert.Equal(ExitCode.Ok, run.Code);
        using var document = JsonDocument.Parse(run.Out);
        JsonElement conversion = document.RootElement.GetProperty("conversion");
        foreach (string name in (string[])["id", "type", "project", "currency", "user_id", "anonymous_id"])
            Assert.Equal(text, conversion.GetProperty(name).GetString());
        Assert.Equal(-20.5m, conversion.GetProperty("revenue").GetDecimal());
        JsonElement model = Assert.Single(
            document.RootElement.GetProperty("models").EnumerateArray(),
            each => each.GetProperty("model").GetString() == text);
        Assert.Equal(text, model.GetProperty("evidence").GetProperty("fallback").GetString());
        Assert.Equal(text, document.RootElement.GetProperty("config_name").GetString());
    }

    [Theory]
    [MemberData(nameof(Dangerous))]
    public async Task Csv_OfEveryCommand_HasNoCellThatASpreadsheetWouldRun(int number)
    {
        string text = HostileTexts.Data[number];
        int amounts = 0;
        foreach (string[] command in Commands(number))
        {
            ReporterRun run = await RunAsync(text, command, "csv");

            Assert.True(run.Code == ExitCode.Ok, $"{string.Join(' ', command)}: {run.Error}");
            foreach (string cell in CsvText.Records(run.Out).SelectMany(cells => cells))
            {
                bool isNumber = Numeral().IsMatch(cell);
                amounts += isNumber && cell[0] == '-' ? 1 : 0;
                Assert.True(
                    isNumber || cell.Length == 0 || !"=+-@\t\r\n＝＋－＠".Contains(cell[0]),
                    $"{string.Join(' ', command)}: {cell}");
            }

            // An apostrophe is before a text, never before an amount.
            Assert.DoesNotMatch("'-(20|7)[.]", run.Out);
        }

        Assert.True(amounts >= 6, $"Only {amounts} negative amounts came.");
    }

    [Theory]
    [MemberData(nameof(Dangerous))]
    public async Task Terminal_InEveryFormat_GetsNothingToObey(int number)
    {
        string text = HostileTexts.Data[number];
        foreach (string[] command in Commands(number))
        {
            string[] formats = ["table", "json", "csv", "tsv"];
            foreach (string format in command[0] is "fit" or "replay" or "digest" ? formats[..1] : formats)
            {
                ReporterRun run = await RunAsync(text, command, format, new Terminal(100, HasColor: true));

                string seen = Style().Replace(run.Out, "").Replace("\r\n", "\n", StringComparison.Ordinal);
                // Tabs part the columns of TSV.
                seen = format == "tsv" ? seen.Replace("\t", "", StringComparison.Ordinal) : seen;
                seen = format == "csv" ? seen.Replace("\t", "", StringComparison.Ordinal) : seen;
                string shown = $"{string.Join(' ', command)} {format}: {run.Error}";
                Assert.True(run.Code == ExitCode.Ok, shown);
                Assert.False((seen + run.Error).Any(HostileTexts.IsObeyed), shown);
            }
        }
    }

    [Fact]
    public async Task ConfigShow_InAPipe_IsByteForByteWhatIsStored()
    {
        for (int number = 0; number < HostileTexts.Data.Count; number++)
        {
            string hash = HostileDatabase.Hash(number);
            ReporterRun run = await RunAsync("default", ["config", "show", hash], "json");
            string stored = await database.ClickHouse.QueryAsync(
                $"SELECT document FROM {database.Name}.configs WHERE hash = '{hash}' FORMAT TSVRaw");

            Assert.Equal(stored, run.Out + "\n");
        }
    }

    [Fact]
    public async Task Properties_ThroughSql_GoRoundByteExact()
    {
        foreach (string text in HostileTexts.Data)
        {
            ReporterRun run = await database.RunAsync(
                new Terminal(), "sql", "SELECT DISTINCT properties FROM events WHERE project = {p:String}",
                "--param", $"p={text}", "--format", "tsv");

            using var properties = JsonDocument.Parse(CsvText.Unescaped(run.Cells()[0][0]));
            Assert.Equal(text, properties.RootElement.GetProperty("text").GetString());
        }
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"name\":7}")]
    [InlineData("no json \u001b[31m")]
    [InlineData("")]
    public async Task Config_StoredByAnotherProgram_IsShownOrRefusedInWords(string document)
    {
        string name = await database.ClickHouse.CreateDatabaseAsync();
        string json = JsonSerializer.Serialize(new { hash = "abc1", document });
        await database.ClickHouse.QueryAsync($"INSERT INTO {name}.configs FORMAT JSONEachRow {json}");
        foreach (string[] command in (string[][])[
            ["config", "show", "abc1"], ["config", "diff", "abc1", "web"], ["config", "list"],
            ["whatif", "--config", "abc1", "--against", "web"], ["digest", "--replay", "abc1"]])
        {
            ReporterRun run = await ReporterRun.OfAsync(
                new Terminal(100), ReporterRun.At(database.ClickHouse, name, command));

            Assert.True(run.Code is ExitCode.Ok or ExitCode.Failure, $"{command[0]}: {run.Error}");
            Assert.DoesNotContain(run.Out + run.Error, HostileTexts.IsObeyed);
        }
    }

    private Task<ReporterRun> RunAsync(
        string project, string[] command, string format, Terminal? terminal = null) =>
        database.RunAsync(
            terminal ?? new Terminal(), [$"--project={project}", $"--format={format}", .. command]);

    /// <summary>Reports that are rows, and their columns that hold the text.</summary>
    private static (string[] Command, string[] Columns)[] TextColumns(string text) =>
    [
        (["channels", "--model=last"], ["channel"]),
        (["campaigns"], ["campaign", "channel", "source", "medium"]),
        (["models", "--measure=value"], ["channel", "currency"]),
        (["conversions"],
            ["conversion_id", "type", "user_id", "currency", "touches", "channels", "campaigns"]),
        (["journey", "--", text],
            ["event_id", "type", "channel", "source", "medium", "campaign", "currency", "conversion_id",
                "model"]),
        (["config", "list"], ["name"]),
        (["sql", "SELECT project, campaign, tuple(currency) AS t, map(type, source) AS m FROM events "
            + "WHERE project = {p:String}", $"--param=p={text}"], ["project", "campaign"]),
    ];

    private static string[][] Commands(int number)
    {
        string text = HostileTexts.Data[number];
        string hash = HostileDatabase.Hash(number);
        string[] compared = ["whatif", "--config=mmp", "--against=web"];
        return
        [
            .. TextColumns(text).Select(each => each.Command),
            ["channels"], ["models"], ["explain", "--", text],
            compared, [.. compared, "--list"], ["config", "diff", hash, "web"],
            ["config", "show", hash], ["digest"], ["replay", "--config=web", "--dry-run"],
            ["fit", "markov", "--config=web"],
        ];
    }

    private static bool Holds(JsonElement row, string column, string text) =>
        row.GetProperty(column) is var value && value.ValueKind == JsonValueKind.Array
            ? value[0].GetString() == text
            : value.ValueKind == JsonValueKind.String && value.GetString() == text;

    /// <summary>An array is JSON in a cell.</summary>
    private static bool Is(string cell, string text)
    {
        if (cell == text)
            return true;
        if (!cell.StartsWith('['))
            return false;
        using var items = JsonDocument.Parse(cell);
        return items.RootElement[0].GetString() == text;
    }

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?(E[+-][0-9]+)?$")]
    private static partial Regex Numeral();

    [GeneratedRegex(@"\e\[[012]m")]
    private static partial Regex Style();
}
