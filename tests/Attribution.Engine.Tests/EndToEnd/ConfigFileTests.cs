using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Model.Configs;
using Attribution.Model.Fitting;
using Attribution.Replay.Configs;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <summary>What an engine takes as its config: profiles, files, and files that name fitted tables.</summary>
public class ConfigFileTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Fact]
    public void Read_OfAProfileOrNothing_IsThatProfile()
    {
        Assert.Equal(AttributionConfig.Web.Hash, AttributionConfig.Parse(ConfigFile.Read(null)).Hash);
        Assert.Equal(AttributionConfig.Web.Hash, AttributionConfig.Parse(ConfigFile.Read("web")).Hash);
        Assert.Equal(AttributionConfig.Mmp.Hash, AttributionConfig.Parse(ConfigFile.Read("mmp")).Hash);
    }

    [Fact]
    public void Read_OfAnInvalidConfig_IsRefusedBeforeAnythingStarts()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "config.json");
        File.WriteAllText(file, """{"windows":{"click":"9y"}}""");

        var refusal = Assert.Throws<StartException>(() => ConfigFile.Read(file));
        Assert.Contains("windows.click", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parse_OfAConfigWithATable_FindsItWhereItIsStored()
    {
        await using var client = new ClickHouseClient(new ClickHouseOptions
        {
            Endpoint = clickHouse.Endpoint,
            Database = await clickHouse.CreateDatabaseAsync(),
        });
        await new Migrator(client.Options).ApplyAsync(CancellationToken.None);
        var paths = new ChannelPaths();
        paths.Add(["Direct", "Email"], 2, 10, 1);
        var table = FittedTable.From(MarkovChain.Fit(paths, 1), []);
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "config.json");
        await File.WriteAllTextAsync(
            file, $$"""{"models":["markov"],"fitted":{"markov":"{{table.Hash}}"} }""");
        byte[] document = ConfigFile.Read(file);

        var refusal = await Assert.ThrowsAsync<StartException>(
            () => ConfigFile.ParseAsync(document, client, CancellationToken.None));
        Assert.Contains("fitted.markov", refusal.Message, StringComparison.Ordinal);

        var origin = new FitOrigin("default", DateTime.UnixEpoch, DateTime.UnixEpoch.AddDays(1), "");
        await FittedTables.SaveAsync(client, table, origin, CancellationToken.None);
        AttributionConfig config = await ConfigFile.ParseAsync(document, client, CancellationToken.None);
        Assert.Equal(table.Hash, config.Markov?.Hash);
    }
}
