using System.Globalization;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Erasure;
using Attribution.Engine.Sink;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Replay.Sinks;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Erasure;

/// <remarks>
/// One person is put into every place that an engine has, another one beside them: the first must be gone
/// from all of it, the second's rows must be as they were, whenever the erasure was interrupted.
/// </remarks>
public class PersonErasureTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const string Alice = "alice@example.com";
    private const string AliceAnonymous = "anon-of-alice";
    private const string AliceDevice = "device-of-alice";
    private const string Bob = "bob@example.com";

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Erase_OfAPerson_RemovesThemEverywhereAndNobodyElse()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await FillAsync(folder.Path);
        string others = await BobAsync(options.Database);
        long next = await NextSequenceAsync(options);

        await using EngineClient client = new(options);
        var erasure = new PersonErasure(Setup(options, client));
        ErasureReceipt receipt = await erasure.EraseAsync(
            new ErasureRequest("default", AliceAnonymous, null), CancellationToken.None);

        Assert.Equal(3, receipt.Ids.Count);
        Assert.All(receipt.Verification, left => Assert.Equal(0, left.Value));
        ErasureStep tables = receipt.Steps.Single(step => step.Name == "tables");
        Assert.InRange(tables.Counts["events"], 4, 16);
        Assert.InRange(tables.Counts["dead_letters"], 1, 4);
        Assert.Equal(1, receipt.Steps.Single(step => step.Name == "files").Counts["exports"]);
        Assert.Equal(others, await BobAsync(options.Database));
        AssertNoFileNames(folder.Path);
        Assert.True(File.Exists(Path.Combine(folder.Path, "exports", "bob.csv")));
        Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "dead-letters.ndjson")));
        string remains = await clickHouse.QueryAsync(
            $"SELECT count() FROM system.mutations WHERE database = '{options.Database}' "
            + "AND command LIKE '%alice%'");
        Assert.Equal("0\n", remains);
        await AssertReplayBringsNobodyBackAsync(options, client);

        await using EngineHost again = await EngineHost.StartAsync(options);
        await again.PostAsync("""{"type":"visit","user_id":"carol","event_id":"after"}""");
        await again.DrainAsync();
        string sequence = await clickHouse.QueryAsync(
            $"SELECT sequence FROM {options.Database}.events WHERE event_id = 'after'");
        Assert.True(long.Parse(sequence, CultureInfo.InvariantCulture) >= next, $"{sequence} after {next}");
        Assert.Equal("0\n", await AliceAsync(options.Database));
    }

    [Theory]
    [InlineData("planned")]
    [InlineData("journal")]
    [InlineData("tables")]
    [InlineData("files")]
    public async Task Erase_InterruptedAfterAStep_IsFinishedLater(string step)
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await FillAsync(folder.Path);
        string others = await BobAsync(options.Database);
        await using EngineClient client = new(options);
        ErasureSetup interrupted = Setup(options, client) with
        {
            StepDone = done =>
            {
                if (done == step)
                    throw new OperationCanceledException("killed");
            },
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => new PersonErasure(interrupted).EraseAsync(
            new ErasureRequest("default", Alice, "user"), CancellationToken.None));

        var later = new PersonErasure(Setup(options, client));
        ErasureReceipt receipt = Assert.Single(await later.FinishPendingAsync(CancellationToken.None));

        Assert.NotNull(receipt.FinishedAt);
        Assert.Equal(others, await BobAsync(options.Database));
        Assert.Equal("0\n", await AliceAsync(options.Database));
        AssertNoFileNames(folder.Path);
        Assert.Empty(await later.FinishPendingAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Erase_OfNobody_IsRefusedAndLeavesNoReceipt()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await FillAsync(folder.Path);
        await using EngineClient client = new(options);
        var erasure = new PersonErasure(Setup(options, client));

        foreach ((string project, string id, string? kind) in ((string, string, string?)[])
        [
            ("default", "nobody", null), ("other", Alice, null), ("default", Alice, "device"),
            ("default", "null", null),
        ])
        {
            await Assert.ThrowsAsync<ErasureException>(() => erasure.EraseAsync(
                new ErasureRequest(project, id, kind), CancellationToken.None));
        }

        Assert.False(Directory.Exists(Path.Combine(folder.Path, "erasures")));
        Assert.NotEqual("0\n", await AliceAsync(options.Database));
    }

    [Fact]
    public async Task Erase_OfAnIdThatTwoPersonsHave_AsksWhich()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder.Path);
        await using (EngineHost engine = await EngineHost.StartAsync(options))
        {
            await engine.PostAsync(
                """
                [{"type":"visit","user_id":"1","event_id":"by-user"},
                 {"type":"visit","device_id":"1","event_id":"by-device"}]
                """);
            await engine.DrainAsync();
        }

        await using EngineClient client = new(options);
        var erasure = new PersonErasure(Setup(options, client));
        ErasureException refused = await Assert.ThrowsAsync<ErasureException>(() =>
            erasure.EraseAsync(new ErasureRequest("default", "1", null), CancellationToken.None));
        Assert.Contains("--kind", refused.Message, StringComparison.Ordinal);

        await erasure.EraseAsync(new ErasureRequest("default", "1", "device"), CancellationToken.None);
        Assert.Equal(
            "by-user\n", await clickHouse.QueryAsync($"SELECT event_id FROM {database}.events FINAL"));
    }

    [Fact]
    public async Task Plan_OfAPerson_CountsAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        EngineOptions options = await FillAsync(folder.Path);
        string before = await AliceAsync(options.Database);
        await using EngineClient client = new(options);

        ErasurePlan plan = await new PersonErasure(Setup(options, client)).PlanAsync(
            new ErasureRequest("default", Alice, null), CancellationToken.None);

        Assert.InRange(plan.Counts["events"], 3, 8);
        Assert.InRange(plan.Counts["journal_events"], 1, 8);
        Assert.Equal(1, plan.Counts["exports"]);
        Assert.Equal(before, await AliceAsync(options.Database));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "erasures")));
    }

    /// <summary>Two persons in tables, journal, dead letters and exports; the engine has stopped.</summary>
    private async Task<EngineOptions> FillAsync(string folder)
    {
        string database = await clickHouse.CreateDatabaseAsync();
        EngineOptions options = EngineHost.Options(clickHouse, database, folder);
        await using (EngineHost first = await EngineHost.StartAsync(options))
        {
            await first.PostAsync($$"""
                [{"type":"click","anonymous_id":"{{AliceAnonymous}}","source":"x","timestamp":{{Now - 9000}}},
                 {"type":"identify","anonymous_id":"{{AliceAnonymous}}","user_id":"{{Alice}}"},
                 {"type":"purchase","user_id":"{{Alice}}","device_id":"{{AliceDevice}}","revenue":5},
                 {"type":"click","user_id":"{{Bob}}","source":"x","event_id":"b1","timestamp":{{Now - 9000}}},
                 {"type":"purchase","user_id":"{{Bob}}","anonymous_id":"anon-of-bob","revenue":7},
                 {"type":"click","user_id":"{{Alice}}","timestamp":"nonsense"},
                 {"type":"click","user_id":"{{Bob}}","timestamp":"nonsense"}]
                """);
            await first.DrainAsync();
        }

        // Of the second run nothing gets into ClickHouse: it ends as if it had been killed.
        EngineOptions slow = options with
        {
            Sink = new SinkOptions { MaxBatchAge = TimeSpan.FromMinutes(1) },
        };
        await using (EngineHost second = await EngineHost.StartAsync(slow))
            await second.PostAsync($$"""{"type":"visit","user_id":"{{Alice}}","event_id":"journal-only"}""");

        string exports = Directory.CreateDirectory(Path.Combine(folder, "exports")).FullName;
        File.WriteAllText(Path.Combine(exports, "alice.csv"), $"user_id,revenue\n{Alice},5\n");
        File.WriteAllText(Path.Combine(exports, "bob.csv"), $"user_id,revenue\n{Bob},7\nx{Alice}x,1\n");
        string quarantine = Directory.CreateDirectory(Path.Combine(folder, "journal", "quarantine")).FullName;
        File.WriteAllText(Path.Combine(quarantine, "x.bad"), Alice);
        File.WriteAllLines(
            Path.Combine(folder, "dead-letters.ndjson"),
            new[] { Alice, Bob }.Select(id => Convert.ToBase64String(Row(id)))
                .Select(row => $$"""{"table":"events","native":"{{row}}"}"""));
        return options;
    }

    /// <summary>A row that ClickHouse refused, of the project <c>default</c>.</summary>
    private static byte[] Row(string userId) =>
        [2, .. LetterIdsTests.NativeRow("project", "default")[1..],
         .. LetterIdsTests.NativeRow("user_id", userId)[2..]];

    private static ErasureSetup Setup(EngineOptions options, EngineClient client) => new()
    {
        Options = options,
        Config = AttributionConfig.Web,
        Client = client.Client,
        MayReattach = true,
    };

    private static async Task<long> NextSequenceAsync(EngineOptions options)
    {
        await using EngineHost host = await EngineHost.StartAsync(options);
        long next = host.Pipeline.Ring.Cursor + 1;
        return next;
    }

    private async Task AssertReplayBringsNobodyBackAsync(EngineOptions options, EngineClient client)
    {
        ReplayOptions plan = await Replayer.PlanAsync(client.Client, new ReplayOptions
        {
            Config = AttributionConfig.Parse("""{"models":["linear"]}"""u8.ToArray()),
            Project = "default",
            From = DateTime.UtcNow.AddDays(-30),
            To = DateTime.UtcNow.AddDays(1),
        }, CancellationToken.None);
        await using (AttributionsSink sink =
            await AttributionsSink.OpenAsync(client.Client, plan, CancellationToken.None))
            await new Replayer(client.Client, plan).RunAsync(sink, null, CancellationToken.None);

        string conversions = await clickHouse.QueryAsync(
            $"SELECT DISTINCT user_id FROM {options.Database}.attributions "
            + $"WHERE config = '{plan.Config.Hash}'");
        Assert.Equal(Bob + "\n", conversions);
    }

    /// <summary>Every row that is not Alice's, in full.</summary>
    private async Task<string> BobAsync(string database)
    {
        var text = new StringBuilder();
        foreach (string rows in (string[])
        [
            $"events FINAL WHERE user_id = '{Bob}' ORDER BY sequence",
            $"attributions FINAL WHERE user_id = '{Bob}' AND model != 'linear' ORDER BY model",
            $"identities FINAL WHERE id = '{Bob}'",
            $"dead_letters FINAL WHERE body LIKE '%{Bob}%'",
        ])
            text.Append(await clickHouse.QueryAsync($"SELECT * EXCEPT (block) FROM {database}.{rows}"));
        return text.ToString();
    }

    /// <summary>How many rows name Alice.</summary>
    private Task<string> AliceAsync(string database) => clickHouse.QueryAsync(
        $"SELECT (SELECT countIf(user_id = '{Alice}' OR anonymous_id = '{AliceAnonymous}' OR device_id = "
        + $"'{AliceDevice}') FROM {database}.events) + (SELECT countIf(user_id = '{Alice}') FROM "
        + $"{database}.attributions) + (SELECT countIf(id = '{Alice}' OR other_id = '{Alice}') FROM "
        + $"{database}.identities) + (SELECT countIf(body LIKE '%{Alice}%') FROM {database}.dead_letters)");

    private static void AssertNoFileNames(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string text = Encoding.Latin1.GetString(File.ReadAllBytes(path))
                .Replace($"x{Alice}x", "", StringComparison.Ordinal);
            foreach (string id in (string[])[Alice, AliceAnonymous, AliceDevice])
                Assert.False(text.Contains(id, StringComparison.Ordinal), $"{path} holds {id}");
        }
    }

    /// <summary>A client of the engine's database. Owned by one test.</summary>
    private sealed class EngineClient(EngineOptions options) : IAsyncDisposable
    {
        public ClickHouseClient Client { get; } =
            new(new ClickHouseOptions
            {
                Endpoint = options.ClickHouse!,
                Database = options.Database,
            });

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}
