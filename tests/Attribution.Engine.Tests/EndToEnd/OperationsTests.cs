using System.Text.RegularExpressions;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Faults.Processes;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// What docs/operations.md says of the program is compared with the program: its metrics, its reasons, and
/// its commands for dead letters, which are run. A restart must be all that is needed afterwards.
/// </remarks>
public partial class OperationsTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Metrics_OfTheDocument_AreTheEngines()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine =
            await EngineHost.StartAsync(EngineHost.Options(clickHouse, database, folder.Path));
        string metrics = await engine.GetAsync("/metrics");
        string[] named =
            [.. Metric().Matches(DocumentedCommands.Document).Select(match => match.Value).Distinct()];

        Assert.True(named.Length > 20, $"only {named.Length} metrics are named");
        Assert.DoesNotContain(
            named, name => !metrics.Contains($"# TYPE {name} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Reasons_OfTheDocument_AreTheEngines()
    {
        string engine = Path.Combine(Corpora.Repository(), "engine", "Attribution.Engine");
        string source = string.Concat(
            Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        string table = DocumentedCommands.Document.Split("\n## ")
            .Single(part => part.StartsWith("Readiness", StringComparison.Ordinal));
        string[] documented = [.. Reason().Matches(table).Select(match => match.Groups[1].Value)];
        string readiness = File.ReadAllText(Path.Combine(engine, "Api", "Readiness.cs"));
        string[] given = [.. Given().Matches(readiness).Select(match => match.Groups[1].Value)];

        Assert.True(given.Length >= 6, $"only {given.Length} reasons were found in Readiness.cs");
        Assert.Empty(given.Except(documented));
        Assert.DoesNotContain(
            documented,
            reason => reason.Split(" … ").Any(part => !source.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DeadLetters_AfterTheDocumentsCommands_AreEvents()
    {
        using var folder = new TemporaryFolder();
        string data = DocumentedCommands.Data(folder.Path);
        await using (var engine = new CrashEngine(data, "--batch-age-ms 100", Patience))
        {
            await engine.WaitUntilReadyAsync(CancellationToken.None);
            await QueryAsync(
                engine, "ALTER TABLE attribution.events ADD CONSTRAINT closed CHECK event_id != 'refused'");
            await PostAsync(
                engine,
                """
                [{"type":"purchase","user_id":"u","event_id":"rejected","revenue":"12,50"},
                 {"type":"purchase","user_id":"u","event_id":"refused","revenue":7},
                 {"type":"visit","user_id":"u","event_id":"good"}]
                """);
            Assert.True(await engine.WaitForAsync(
                "attribution_sink_rows_total{table=\"dead_letters\"}", rows => rows >= 2, Patience,
                CancellationToken.None));
            await QueryAsync(engine, "ALTER TABLE attribution.events DROP CONSTRAINT closed");

            string seen =
                await DocumentedCommands.RunAsync("look at dead letters", folder.Path, engine.Ports);
            Assert.Contains("revenue: not a decimal number", seen, StringComparison.Ordinal);
            Assert.Contains("row of events", seen, StringComparison.Ordinal);
            await DocumentedCommands.RunAsync("send rejected events again", folder.Path, engine.Ports);
            await DocumentedCommands.RunAsync("send refused rows again", folder.Path, engine.Ports);
            await DocumentedCommands.RunAsync("send refused rows again", folder.Path, engine.Ports);
            await engine.StopAsync(CancellationToken.None);
        }

        await using var again = new CrashEngine(data, "", Patience);
        await again.WaitUntilReadyAsync(CancellationToken.None);
        Assert.Equal(
            "good\t\\N\nrefused\t7\nrejected\t12.5\n",
            await QueryAsync(
                again, "SELECT event_id, revenue FROM attribution.events FINAL ORDER BY event_id"));
    }

    private static async Task PostAsync(CrashEngine engine, string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json);
        using HttpResponseMessage answer =
            await http.PostAsync(new Uri(engine.Ports.EngineUrl, "v1/events"), content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string> QueryAsync(CrashEngine engine, string sql)
    {
        using var http = new HttpClient();
        using var content = new StringContent(sql);
        using HttpResponseMessage answer = await http.PostAsync(engine.Ports.ClickHouseUrl, content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    [GeneratedRegex(@"(?<=`)attribution_\w+[a-z]")]
    private static partial Regex Metric();

    /// <summary>The first cell of a row.</summary>
    [GeneratedRegex(@"^\| `([^`]+)` \| \d", RegexOptions.Multiline)]
    private static partial Regex Reason();

    /// <summary>What the engine answers while it is not ready: every text that is chosen there.</summary>
    [GeneratedRegex("""(?:return|=>|\?) "([a-zA-Z][^"{]+)"(?=[;,]| :)""")]
    private static partial Regex Given();
}
