using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Attribution.Engine.Keys;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Engine.Tests.Keys.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Api;

public sealed class KeyAccessTests : IDisposable
{
    private const string Events = "/v1/events";
    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Post_WhatOpensNothing_IsAnsweredAlike()
    {
        string revoked = await KeyRun.CreateAsync(_folder.Path, "old");
        string read = await KeyRun.CreateAsync(_folder.Path, "shop", "--scope", "read", "admin");
        string ingest = await KeyRun.CreateAsync(_folder.Path, "shop");
        await KeyRun.RunAsync(_folder.Path, "revoke", revoked);
        using ProjectKeys keys = Open();
        await using var host = await ApiHost.StartAsync(projects: keys);
        string almost = ingest[..^1] + (ingest[^1] == '0' ? '1' : '0');

        string[] answers = await Task.WhenAll(
            ((string[])[revoked, read, almost, "nonsense", KeyText.Create()])
            .Select(async key => await AnswerAsync(host, Events, key)));

        Assert.All(answers, answer => Assert.Equal("403 {\"error\":\"key: unknown\"}", answer));
        Assert.Equal("401 {\"error\":\"key: missing\"}", await AnswerAsync(host, Events, null));
        Assert.Empty(host.Rig.Consume());
    }

    [Fact]
    public async Task Post_ProjectInTheBody_IsAnUnknownField()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();
        await using var host = await ApiHost.StartAsync(projects: keys);

        string answer = await AnswerAsync(
            host, Events, key, """{"type":"click","user_id":"u","project":"other"}""");

        Assert.Equal("200 {\"accepted\":1,\"rejected\":0}", answer);
        Assert.Equal("shop", Assert.Single(host.Rig.Consume())[EventField.Project]);
        Assert.Contains("\nattribution_fields_unknown_total 1\n", await host.GetMetricsAsync());
    }

    [Fact]
    public async Task Inside_OnceKeysExist_IsForAdminsOnly()
    {
        string ingest = await KeyRun.CreateAsync(_folder.Path, "shop", "--scope", "ingest", "read");
        string admin = await KeyRun.CreateAsync(_folder.Path, "shop", "--scope", "admin");
        using ProjectKeys keys = Open();
        await using var host = await ApiHost.StartAsync(projects: keys);
        host.IsJournalWriting = false;

        Assert.StartsWith("401 ", await AnswerAsync(host, "/metrics", null));
        Assert.StartsWith("403 ", await AnswerAsync(host, "/metrics", ingest));
        Assert.Contains("attribution_events_accepted", await AnswerAsync(host, "/metrics", admin));
        Assert.Equal("503 {\"status\":\"not ready\"}", await AnswerAsync(host, "/readyz", null));
        Assert.Equal("503 {\"status\":\"not ready\"}", await AnswerAsync(host, "/readyz", ingest));
        Assert.Equal(
            "503 {\"status\":\"not ready\",\"reason\":\"the journal cannot be written\"}",
            await AnswerAsync(host, "/readyz", admin));
        host.IsJournalWriting = true;
        host.Degradation = "something to look at";
        Assert.Equal("200 {\"status\":\"degraded\"}", await AnswerAsync(host, "/readyz", null));
        Assert.Equal("200 {\"status\":\"alive\"}", await AnswerAsync(host, "/healthz", null));
    }

    [Fact]
    public async Task Post_OverItsQuota_Is429AndKeepsNothingUntilTheTimeItNames()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop", "--events-per-second", "2");
        string other = await KeyRun.CreateAsync(_folder.Path, "shop");
        using ProjectKeys keys = Open();
        await using var host = await ApiHost.StartAsync(projects: keys);
        keys.AddTo(host.Rig.Meter);
        string five = string.Join('\n', Enumerable.Repeat(Samples.Click, 5));
        Assert.StartsWith("200 ", await AnswerAsync(host, Events, key, five));

        using HttpResponseMessage refused = await SendAsync(host, Events, key, Samples.Click);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("{\"error\":\"key: over its events per second\"}",
            await refused.Content.ReadAsStringAsync());
        Assert.Equal(5, host.Rig.Consume().Count);
        Assert.StartsWith("200 ", await AnswerAsync(host, Events, other, five));
        _clock.AdvanceNanos(2_000_000_000);
        Assert.StartsWith("200 ", await AnswerAsync(host, Events, key));
        string metrics = await host.GetMetricsAsync();
        Assert.Contains("\nattribution_project_over_quota_total{project=\"shop\"} 1\n", metrics);
        Assert.Contains("\nattribution_project_events_total{project=\"shop\"} 11\n", metrics);
    }

    [Fact]
    public async Task Post_RefusedForRoom_CostsNoQuota()
    {
        string key = await KeyRun.CreateAsync(_folder.Path, "shop", "--events-per-second", "3");
        using ProjectKeys keys = Open();
        await using var host = await ApiHost.StartAsync(
            slots: 2, roomTimeout: TimeSpan.FromMilliseconds(20), projects: keys);
        string answers = "";
        for (int i = 0; i < 10; i++)
            answers += (await AnswerAsync(host, Events, key))[..4];
        Assert.Equal("200 200 503 503 503 503 503 503 503 503 ", answers);

        host.Rig.Consume();

        Assert.StartsWith("200 ", await AnswerAsync(host, Events, key));
        Assert.StartsWith("429 ", await AnswerAsync(host, Events, key));
    }

    private ProjectKeys Open() => new(new KeyFile(_folder.Path), 0, _clock, _ => { });

    private static async Task<string> AnswerAsync(
        ApiHost host, string path, string? key, string? body = null)
    {
        using HttpResponseMessage answer = await SendAsync(host, path, key, body ?? Samples.Click);
        return (int)answer.StatusCode + " " + await answer.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(
        ApiHost host, string path, string? key, string body)
    {
        using var request = new HttpRequestMessage(path == Events ? HttpMethod.Post : HttpMethod.Get, path);
        if (path == Events)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await host.Http.SendAsync(request);
    }
}
