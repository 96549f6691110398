using System.Text;
using Attribution.Bench.EndToEnd;
using Attribution.Bench.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Attribution.Bench.Tests;

public class EndToEndTests
{
    private const string Insert = "/?query=INSERT%20INTO%20%60events%60%20%28%60a%60%29%20FORMAT%20Native"
        + "&database=attribution&decompress=1&insert_deduplication_token=events-1-2&wait_end_of_query=1";

    [Fact]
    public void AddressIn_AnotherDatabase_ChangesItAndTheTokenAndNothingElse()
    {
        var insert = new CapturedInsert(Insert, []);

        string address = insert.AddressIn("alone_1_2");

        Assert.Equal(
            Insert.Replace("=attribution&", "=alone_1_2&", StringComparison.Ordinal)
                .Replace("=events-1-2&", "=events-1-2-alone_1_2&", StringComparison.Ordinal),
            address);
    }

    [Fact]
    public async Task Proxy_Requests_ArePassedOnAndOnlyInsertsKept()
    {
        var seen = new List<string>();
        await using WebApplication server = await ServerAsync(seen);
        await using CaptureProxy proxy = await CaptureProxy.StartAsync(
            new Uri(server.Urls.First()), CancellationToken.None);
        using var client = new HttpClient { BaseAddress = proxy.Address };

        using var query = new StringContent("SELECT 1");
        using HttpResponseMessage answer = await client.PostAsync("/?database=x", query);
        using var block = new ByteArrayContent([0, 1, 255]);
        using HttpResponseMessage inserted = await client.PostAsync(Insert, block);

        Assert.Equal("seen", await answer.Content.ReadAsStringAsync());
        Assert.Equal("7", inserted.Headers.GetValues("X-ClickHouse-Summary").Single());
        Assert.Equal(["/?database=x SELECT 1", $"{Insert} \0\u0001\u00ff"], seen);
        CapturedInsert kept = Assert.Single(proxy.Inserts);
        Assert.Equal([0, 1, 255], kept.Block);
        Assert.Equal(Insert, kept.PathAndQuery);
    }

    [Fact]
    public void ThirdsOf_ACourse_AreMediansThatShowWhetherTheLagGrows()
    {
        LoadSecond[] growing =
        [
            .. Enumerable.Range(1, 9).Select(second => new LoadSecond(second, 0, 0, 0, second * 100)),
        ];

        Assert.Equal([200, 500, 800], EndToEndRound.ThirdsOf(growing));
        Assert.Empty(EndToEndRound.ThirdsOf([new LoadSecond(1, 0, 0, 0, null)]));
    }

    private static async Task<WebApplication> ServerAsync(List<string> seen)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            string address = context.Request.Path + context.Request.QueryString;
            seen.Add($"{address} {Encoding.Latin1.GetString(body.ToArray())}");
            context.Response.Headers["X-ClickHouse-Summary"] = "7";
            await context.Response.WriteAsync("seen");
        });
        await app.StartAsync();
        return app;
    }
}
