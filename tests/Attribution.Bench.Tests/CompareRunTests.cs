using System.Text;
using Attribution.Bench.Compare;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Tests;

public class CompareRunTests
{
    [Fact]
    public async Task Run_OverTheBaseline_CountsEveryEventAndItsProcessorTime()
    {
        await using MeasuredServer server = await MeasuredServer.StartAsync(
            ServerPlan.Baseline(cpus: null), CancellationToken.None);
        var settings = new CompareSettings(
            Scenario.All, Rounds: 1, TimeSpan.FromSeconds(0.3), WarmUp: TimeSpan.FromSeconds(0.1));

        IReadOnlyList<CompareWindow> windows = await new CompareRun(settings, [server]).RunAsync(
            _ => { }, _ => { }, CancellationToken.None);

        Assert.Equal(["batches", "single", "pipelined"], windows.Select(window => window.Scenario));
        Assert.All(windows, window => Assert.Equal(0, window.Errors));
        Assert.All(windows, window => Assert.True(window.Events > 0 && window.CpuMicrosPerEvent > 0));
        Assert.Equal(windows[0].Requests * 100, windows[0].Events);
        Assert.Equal(0, windows[0].ClickHouseCpuMicrosPerEvent);
    }

    [Fact]
    public async Task Baseline_ABatchWithBadEvents_AnswersAsTheEngineDoes()
    {
        await using MeasuredServer server = await MeasuredServer.StartAsync(
            ServerPlan.Baseline(cpus: null), CancellationToken.None);
        using var client = new HttpClient { BaseAddress = server.Url };

        Assert.Equal(
            """{"accepted":1,"rejected":0}""",
            await AnswerAsync(client, """{"type":"click","user_id":"u","timestamp":1700000000000,"x":1}"""));
        Assert.Equal(
            """{"accepted":1,"rejected":1,"errors":[{"index":1,"reason":"type: 1 to 64 characters"}]}""",
            await AnswerAsync(client, """[{"type":"a","user_id":"u","revenue":"1.50"},{"user_id":"u"}]"""));
        Assert.StartsWith(
            """{"error":""", await AnswerAsync(client, "[{\"type\":"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Baseline_Lines_AreEventsEach()
    {
        await using MeasuredServer server = await MeasuredServer.StartAsync(
            ServerPlan.Baseline(cpus: null), CancellationToken.None);
        using var client = new HttpClient { BaseAddress = server.Url };

        Assert.Equal(
            """{"accepted":2,"rejected":0}""",
            await AnswerAsync(
                client,
                "{\"type\":\"a\",\"user_id\":\"u\"}\n{\"type\":\"b\",\"user_id\":\"v\"}\n",
                "application/x-ndjson"));
    }

    [Fact]
    public async Task Baseline_ThatStores_InsertsEveryEventIntoClickHouse()
    {
        await using MeasuredServer server = await MeasuredServer.StartAsync(
            ServerPlan.StoringBaseline("storing", cpus: null), CancellationToken.None);
        var settings = new CompareSettings(
            [Scenario.Batches], Rounds: 1, TimeSpan.FromSeconds(0.3), WarmUp: TimeSpan.Zero);

        IReadOnlyList<CompareWindow> windows = await new CompareRun(settings, [server]).RunAsync(
            _ => { }, _ => { }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = server.ClickHouse };
        string stored = await client.GetStringAsync("/?query=SELECT%20count()%20FROM%20baseline_events");

        CompareWindow window = Assert.Single(windows);
        Assert.True(long.Parse(stored) >= window.Events && window.Events > 0, $"{stored} {window.Events}");
        Assert.True(window.ClickHouseCpuMicrosPerEvent > 0);
    }

    [Fact]
    public async Task Start_OfWhatEndsAtOnce_SaysWhatItSaid()
    {
        ServerPlan plan = ServerPlan.Baseline(cpus: null) with { Arguments = ["no-such.dll"] };

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => MeasuredServer.StartAsync(plan, CancellationToken.None));

        Assert.Contains("baseline ended", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no-such", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(
        HttpClient client, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using HttpResponseMessage response = await client.PostAsync("/v1/events", content);
        return await response.Content.ReadAsStringAsync();
    }
}
