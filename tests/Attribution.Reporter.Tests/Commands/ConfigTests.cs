using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Reporter.Commands.Configs;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Which configs there are, what they say, where they part, and what is none.</summary>
public sealed class ConfigTests(ExplainDatabase database) : IClassFixture<ExplainDatabase>, IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("config.list.table.txt", 80, "config", "list")]
    [InlineData("config.diff.table.txt", 80, "config", "diff", "0123", "fedcba")]
    [InlineData("config.show.table.txt", 80, "config", "show", "fedcba")]
    public async Task Config_OnTerminal_IsAsCommitted(string file, int width, params string[] args)
    {
        ReporterRun run = await database.RunAsync(new Terminal(width), args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, $"{run.Out}--- notes\n{run.Error}");
    }

    [Theory]
    [InlineData("config.list.tsv", "config", "list")]
    [InlineData("config.list.shop.csv",
        "config", "list", "--project", "shop", "--format", "csv", "--limit", "1")]
    [InlineData("config.diff.tsv", "config", "diff", "0123", "fedcba")]
    [InlineData("config.diff.json", "config", "diff", "0123", "fedcba", "--format", "json")]
    public async Task Config_InPipe_IsAsCommitted(string file, params string[] args)
    {
        ReporterRun run = await database.RunAsync(args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("mmp")]
    public async Task Show_InPipe_IsTheBytesThatAreHashed(string profile)
    {
        ReporterRun run = await ReporterRun.OfAsync("config", "show", profile);
        ReporterRun json = await ReporterRun.OfAsync(
            new Terminal(80), "config", "show", profile, "--format", "json");
        ReporterRun table = await ReporterRun.OfAsync(new Terminal(80), "config", "show", profile);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(run.Out, json.Out);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run.Out)));
        Assert.Contains(hash, table.Error, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(run.Out), JsonNode.Parse(table.Out)));
        Assert.True(table.Out.Split('\n').Length > 20, "It is not laid out.");
    }

    [Fact]
    public async Task Show_OfAFile_HasEveryDefaultFilledIn()
    {
        await File.WriteAllTextAsync(_file, "{}");

        ReporterRun run = await ReporterRun.OfAsync("config", "show", _file);

        Assert.Equal(Encoding.UTF8.GetString(AttributionConfig.Web.CanonicalJson.Span), run.Out);
    }

    [Fact]
    public async Task Diff_OfProfileAndFile_NamesThePath()
    {
        await File.WriteAllTextAsync(_file, """{"windows":{"click":"7d"}}""");

        ReporterRun run = await ReporterRun.OfAsync(new Terminal(80), "config", "diff", "web", _file);
        ReporterRun same = await ReporterRun.OfAsync(new Terminal(80), "config", "diff", _file, _file);

        Assert.Equal("windows.click  30d -> 7d\n", run.Out);
        Assert.Equal("", same.Out);
        Assert.Contains("the same", same.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_OfAConfig_SaysItsHash()
    {
        await File.WriteAllTextAsync(_file, """{"name":"mine"}""");
        string hash = AttributionConfig.Parse("""{"name":"mine"}"""u8).Hash;

        ReporterRun run = await ReporterRun.OfAsync("config", "validate", _file);
        ReporterRun json = await ReporterRun.OfAsync("config", "validate", _file, "--format", "json");

        Assert.Equal((ExitCode.Ok, $"ok {hash}\n", ""), (run.Code, run.Out, run.Error));
        Assert.Equal(hash, JsonNode.Parse(json.Out)!["hash"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"name":"Ü","max_touches":0,"windows":{"click":"9x\u001b"}}""", "max_touches", "name",
        "windows.click")]
    [InlineData("[]", "$")]
    [InlineData("", "$")]
    [InlineData("{\"nmae\":1,\"nmae\":2}", "$")]
    public async Task Validate_OfWhatIsNone_NamesEverythingWrong(string document, params string[] paths)
    {
        await File.WriteAllTextAsync(_file, document);

        ReporterRun run = await ReporterRun.OfAsync("config", "validate", _file);
        ReporterRun table = await ReporterRun.OfAsync(new Terminal(80), "config", "validate", _file);
        ReporterRun json = await ReporterRun.OfAsync("config", "validate", _file, "--format", "json");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal(paths, run.Cells().Select(cells => cells[0]).Order(StringComparer.Ordinal));
        Assert.All(paths, path => Assert.Contains($"{path}: found ", table.Out, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', table.Out);
        using JsonDocument parsed = JsonDocument.Parse(json.Out);
        Assert.False(parsed.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(paths.Length, parsed.RootElement.GetProperty("errors").GetArrayLength());
    }

    [Theory]
    [InlineData(ExitCode.Usage, "FILE:", "config", "validate", "/no/such/file.json")]
    [InlineData(ExitCode.Usage, "See attribution config show --help", "config", "show")]
    public async Task Config_WithoutItsFile_IsUsageError(int code, string message, params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(args);

        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task List_OfAFreshDatabase_SaysThereIsNone()
    {
        string fresh = await database.ClickHouse.CreateDatabaseAsync();

        ReporterRun run =
            await ReporterRun.OfAsync(ReporterRun.At(database.ClickHouse, fresh, "config", "list"));

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Contains("no config was used yet", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2,"c":3}}""", "a.b 1 2", "a.c  3")]
    [InlineData("""{"s":["x","y"]}""", """{"s":["y","z"]}""", "s x ", "s  z")]
    [InlineData("""{"s":["x","y"]}""", """{"s":["y","x"]}""", """s ["x","y"] ["y","x"]""")]
    [InlineData("""{"n":[1,2]}""", """{"n":[1,3]}""", "n [1,2] [1,3]")]
    [InlineData("""{"r":[{"name":"p","v":1},{"name":"q","v":1}]}""",
        """{"r":[{"name":"q","v":2},{"name":"p","v":1}]}""", "r[q].v 1 2", "r (order) [p] [q] [q] [p]")]
    [InlineData("""{"r":[]}""", """{"r":[{"name":"p","v":1}]}""", """r[p]  {"name":"p","v":1}""")]
    [InlineData("""{"r":[{"when":{"all":[1]}}]}""", """{"r":[{"when":{"any":[1]}}]}""",
        """r[0].when {"all":[1]} {"any":[1]}""")]
    [InlineData("[1]", "{}", "$ [1] {}")]
    [InlineData("""{"a":null}""", """{"a":null}""")]
    public void Diff_OfDocuments_NamesEveryPath(string before, string after, params string[] expected)
    {
        List<DocumentDifference> differences =
            DocumentDiff.Compare(JsonNode.Parse(before), JsonNode.Parse(after));

        Assert.Equal(expected, differences.Select(each => $"{each.Path} {each.Before} {each.After}"));
    }
}
