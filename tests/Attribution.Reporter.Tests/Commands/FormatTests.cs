using System.CommandLine;
using System.Text.Json;
using Attribution.Reporter.Commands;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Every command that writes rows has every format, and every option of output.</summary>
/// <remarks>
/// A command that is new to the program has to be named here, or among those that write no rows of the known
/// data. Parquet is read back with ClickHouse's own reader.
/// </remarks>
public sealed class FormatTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    /// <summary>Words parted by bars.</summary>
    public static TheoryData<string> Commands =>
    [
        "channels", "campaigns", "sources", "top|touch_type", "models", "journey|u1", "conversions", "trend",
        "explain|c1", "config|list", "config|diff|web|mmp", "replay|--config|web|--dry-run", "digest",
        "whatif|--config|mmp|--against|web", "sql|SELECT 1 AS a, 'x' AS b, [1, 2] AS c",
        "paths", "funnel|click|purchase", "cohort|--measure|ltv", "retention|--every|day",
        "events", "quality", "schema|tables", "schema|fields", "sums|--dry-run",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Rows_OfCommand_AreTheSameInEveryFormat(string words)
    {
        string[] command = words.Split('|');
        ReporterRun tsv = await database.RunAsync([.. command, "--format", "tsv"]);
        Assert.True(tsv.Code == ExitCode.Ok, tsv.Error);
        string[] names = tsv.Out.Split('\n')[0].Split('\t');
        int rows = tsv.Cells().Length;
        Assert.True(rows > 0 && names.Length > 1);

        string ndjson = (await database.RunAsync([.. command, "--format", "ndjson"])).Out;
        string[] lines = ndjson.TrimEnd('\n').Split('\n');
        Assert.Equal(rows, lines.Length);
        Assert.All(lines, line => Assert.Equal(
            names, JsonDocument.Parse(line).RootElement.EnumerateObject().Select(member => member.Name)));
        string markdown = (await database.RunAsync([.. command, "--format", "markdown"])).Out;
        Assert.InRange(markdown.TrimEnd('\n').Split('\n').Length, rows + 2, rows + 3);
        Assert.All(markdown.TrimEnd('\n').Split('\n'), line => Assert.Equal(
            names.Length + 1, Unescaped(line).Count(c => c == '|')));
        string html = (await database.RunAsync([.. command, "--format", "html"])).Out;
        Assert.Equal(names.Length, html.Split("<th ").Length - 1);
        Assert.Contains("</html>", html, StringComparison.Ordinal);

        string described = await ParquetAsync(command, "DESCRIBE TABLE $rows");
        Assert.Equal(names, described.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')[0]));
        Assert.Equal($"{rows}\n", await ParquetAsync(command, "SELECT count() FROM $rows"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Fields_OfCommand_AreChosenAndOrdered(string words)
    {
        string[] command = words.Split('|');
        ReporterRun all = await database.RunAsync([.. command, "--format", "tsv"]);
        string[] names = all.Out.Split('\n')[0].Split('\t');

        ReporterRun run = await database.RunAsync(
            [.. command, "--format", "tsv", "--fields", $"{names[1]},{names[0]}", "--no-header", "--quiet"]);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal("", run.Error);
        Assert.Equal(
            all.Cells().Select(cells => $"{cells[1]}\t{cells[0]}"), run.Out.TrimEnd('\n').Split('\n'));
        ReporterRun unknown =
            await database.RunAsync([.. command, "--format", "tsv", "--fields", names[0] + "x"]);
        Assert.Equal(ExitCode.Usage, unknown.Code);
        Assert.Contains($"Did you mean '{names[0]}'?", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Threshold_OfCommand_DecidesTheExitCode(string words)
    {
        string[] command = words.Split('|');
        ReporterRun all = await database.RunAsync([.. command, "--format", "tsv"]);
        string name = all.Out.Split('\n')[0].Split('\t')[0];
        string value = all.Cells()[0][0];

        ReporterRun crossed = await database.RunAsync(
            [.. command, "--format", "tsv", "--fail-if", $"{name} = '{value}'"]);
        ReporterRun kept = await database.RunAsync(
            [.. command, "--format", "tsv", "--fail-if", $"{name} = 'no such value'"]);

        Assert.Equal((ExitCode.Crossed, ExitCode.Ok), (crossed.Code, kept.Code));
        Assert.Contains($"{name} is {value}", crossed.Error, StringComparison.Ordinal);
        Assert.Equal((all.Out, all.Out), (crossed.Out, kept.Out));
    }

    [Fact]
    public void Commands_OfProgram_AreAllInTheTable()
    {
        // Of these, some write bytes of the server's own, and doctor's rows hold times of their own run.
        string[] withoutRows =
        [
            "config show", "config validate", "fit", "report", "watch", "schema sql",
            "export events", "export attributions", "doctor", "man",
        ];
        using var console = new ReportConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        IEnumerable<string> all = Leaves(ReporterCommand.Create(console), "");

        string[] tested = [.. Commands.AsEnumerable<object[]>().Select(each => Words((string)each[0]))];
        Assert.DoesNotContain(all, name => !withoutRows.Contains(name)
            && !tested.Any(each => each == name || each.StartsWith(name + " ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a.csv", "a,b\r\n")]
    [InlineData("a.TSV", "a\tb\n")]
    [InlineData("a.ndjson", "{\"a\":1,\"b\":\"x\"}\n")]
    [InlineData("a.md", "| a | b |\n")]
    [InlineData("a.html", "<!DOCTYPE html>")]
    [InlineData("a.parquet", "PAR1")]
    [InlineData("a.json", "[\n{\"a\":1")]
    [InlineData("noend", "a\tb\n")]
    public async Task File_ByItsEnd_HasTheFormat(string name, string begin)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reporter-output-");
        string file = Path.Combine(folder.FullName, name);

        ReporterRun run = await database.RunAsync("sql", "SELECT 1 AS a, 'x' AS b", "-o", file);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Out));
        Assert.StartsWith(begin, File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Single(folder.GetFiles());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task File_OfARunThatFails_StaysAsItWas()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reporter-output-");
        string file = Path.Combine(folder.FullName, "a.tsv");
        await File.WriteAllTextAsync(file, "before");

        ReporterRun run = await database.RunAsync(
            "sql", "SELECT throwIf(number = 70000) FROM numbers(100000)", "-o", file);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal("before", await File.ReadAllTextAsync(file));
        Assert.Single(folder.GetFiles());
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Parquet_OnATerminal_IsRefused()
    {
        ReporterRun run = await database.RunAsync(new Terminal(80), "channels", "--format", "parquet");

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains("-o FILE", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_OfEveryType_IsTypedAndExact()
    {
        string[] command =
        [
            "sql",
            "SELECT toDecimal64('1.5000', 4) AS d, 18446744073709551615 AS u, -1 AS i, 0.5 AS f, nan AS n, "
            + "true AS b, toDate('2026-11-01') AS day, "
            + "toDateTime64('2026-11-01 08:00:00.125', 3, 'UTC') AS t, ['x', 'it''s'] AS a, "
            + "'tab\\t\\'q\\' \\\\ 春' AS s, NULL AS none, 1 AS `odd ``name`",
        ];

        string types = await ParquetAsync(command, "DESCRIBE TABLE $rows");
        string row = await ParquetAsync(command, "SELECT * FROM $rows");

        IEnumerable<string> shown = types.Split('\n')[..4].Select(
            line => string.Join(' ', line.Split('\t')[..2]) + ";");
        Assert.Equal(
            "d Decimal(38, 4);u UInt64;i Int64;f Float64;",
            string.Concat(shown));
        Assert.StartsWith(
            "1.5\t18446744073709551615\t-1\t0.5\tnan\ttrue\t2026-11-01\t2026-11-01 08:00:00.125000\t"
            + "['x','it\\'s']\ttab\\t\\'q\\' \\\\ 春\t\\N\t1", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Total_ThatCrosses_IsNamed()
    {
        ReporterRun run = await database.RunAsync(
            "channels", "--model", "last", "--fail-if", "channel = Total and credit > 1");

        Assert.Equal(ExitCode.Crossed, run.Code);
        Assert.Contains("in total", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfConversions_PastesAndGivesTheSameRows()
    {
        ReporterRun data = await database.RunAsync("conversions", "--model", "last");
        ReporterRun run = await database.RunAsync("conversions", "--model", "last", "--explain");

        Assert.Equal(ExitCode.Ok, run.Code);
        string answer = await PasteAsync(run.Out);
        Assert.NotEmpty(data.Cells());
        Assert.Equal(
            data.Cells().Select(cells => cells[1]),
            answer.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')[1]));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("it's \\ a\ttab\nline `tick` \"q\" 春")]
    public async Task Explain_OfAnyParameter_PastesUnchanged(string value)
    {
        string[] sql = ["sql", "SELECT hex({v:String}) AS h; ", "--param", $"v={value}"];
        sql[1] = sql[1].TrimEnd(' ', ';');
        ReporterRun data = await database.RunAsync(sql);

        ReporterRun run = await database.RunAsync([.. sql, "--explain"]);

        Assert.Equal(data.Cells()[0][0], (await PasteAsync(run.Out)).TrimEnd('\n'));
    }

    private async Task<string> ParquetAsync(string[] command, string sql)
    {
        string file = Path.GetTempFileName();
        ReporterRun run = await database.RunAsync([.. command, "--format", "parquet", "-o", file]);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        string rows = $"format(Parquet, unhex('{Convert.ToHexString(bytes)}'))";
        return await database.SqlAsync(sql.Replace("$rows", rows, StringComparison.Ordinal));
    }

    /// <summary>Statement by statement in one session, as a terminal would; the answer to the last.</summary>
    private async Task<string> PasteAsync(string script)
    {
        using var http = new HttpClient();
        string session = Guid.NewGuid().ToString("N");
        string answer = "";
        foreach (string statement in script.Split(";\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (statement.Trim().Length == 0)
                continue;
            using var content = new StringContent(statement.Trim());
            using HttpResponseMessage response = await http.PostAsync(
                new Uri(database.ClickHouse.Endpoint, $"/?session_id={session}"), content);
            answer = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{statement}\n{answer}");
        }

        return answer;
    }

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.SelectMany(
        each => each is ReportCommand ? [path + each.Name] : Leaves(each, $"{path}{each.Name} "));

    private static string Words(string command) => command.Replace('|', ' ');

    private static string Unescaped(string line) => line.Replace("\\|", "", StringComparison.Ordinal);
}
