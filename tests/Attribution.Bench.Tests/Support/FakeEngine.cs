using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Attribution.Bench.Tests.Support;

/// <summary>
/// Answers as the engine and as ClickHouse do, on a free port, and remembers every event id. Owned by one
/// test.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private FakeEngine(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, int> TimesById { get; } = [];

    /// <summary>Status to answer by number of request from 1; 200 where it returns null.</summary>
    public Func<int, int?> Refusal { get; set; } = _ => null;

    public int Requests => _requests;

    public Uri Address => new(_app.Urls.First());

    public static async Task<FakeEngine> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        var engine = new FakeEngine(app);
        app.MapPost("/v1/events", engine.TakeAsync);
        app.MapPost("/", () => $"{engine.TimesById.Count}\n");
        app.MapGet("/metrics", () =>
            $"# HELP attribution_process_cpu_seconds_total x\n"
            + $"attribution_cpu_seconds_total {engine._requests}\n");
        await app.StartAsync();
        return engine;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        int number = Interlocked.Increment(ref _requests);
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        if (Refusal(number) is { } status)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("no");
            return;
        }

        JsonElement[] events = body.RootElement.ValueKind == JsonValueKind.Array
            ? [.. body.RootElement.EnumerateArray()]
            : [body.RootElement];
        foreach (JsonElement one in events)
            TimesById.AddOrUpdate(one.GetProperty("event_id").GetString()!, 1, (_, times) => times + 1);

        string answer = $"{{\"accepted\":{events.Length},\"rejected\":0}}";
        context.Response.ContentLength = number % 2 == 0 ? answer.Length : null;
        await context.Response.WriteAsync(answer);
    }
}
