using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Schema;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Schema;

/// <remarks>
/// Against the real server. The versions of most tests are made up; the real ones are applied as well.
/// </remarks>
public class MigratorTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private static readonly Migration First = new(
        1, "first", "CREATE TABLE IF NOT EXISTS one (a Int64)\nENGINE = MergeTree ORDER BY a;");

    private static readonly Migration Second = new(
        2,
        "second",
        "ALTER TABLE one ADD COLUMN IF NOT EXISTS b String;\n"
        + "ALTER TABLE one ADD COLUMN IF NOT EXISTS c String;");

    [Fact]
    public async Task Apply_FreshDatabase_CreatesTheTables()
    {
        string database = await clickHouse.CreateDatabaseAsync();

        string tables = await clickHouse.QueryAsync(
            $"SELECT name FROM system.tables WHERE database = '{database}' ORDER BY name");

        Assert.Equal(
            "arrival_sums\nattributions\nconfigs\ncredit_sums\ndead_letters\nevent_sums\nevents\nfits\n"
            + "identities\nreplays\nschema_migrations\nsummed_days\n",
            tables);
    }

    [Fact]
    public async Task Apply_AbsentDatabase_CreatesItOnce()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());

        int first = await new Migrator(options).ApplyAsync(CancellationToken.None);
        int again = await new Migrator(options).ApplyAsync(CancellationToken.None);

        Assert.Equal(Migration.All.Count, first);
        Assert.Equal(0, again);
        Assert.Equal($"{Migration.All.Count}\n", await CountAsync(options));
    }

    [Fact]
    public async Task Apply_NewVersion_AppliesItAlone()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());
        await new Migrator(options, [First]).ApplyAsync(CancellationToken.None);

        int applied = await new Migrator(options, [First, Second]).ApplyAsync(CancellationToken.None);

        Assert.Equal(1, applied);
        string columns = await clickHouse.QueryAsync(
            $"SELECT name FROM system.columns WHERE database = '{options.Database}' AND table = 'one' "
            + "ORDER BY name");
        Assert.Equal("a\nb\nc\n", columns);
    }

    [Fact]
    public async Task Apply_InterruptedBeforeItWasRecorded_IsRepeated()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());
        await new Migrator(options, [First, Second]).ApplyAsync(CancellationToken.None);
        await clickHouse.QueryAsync(
            $"DELETE FROM {options.Database}.schema_migrations WHERE version = 2 "
            + "SETTINGS mutations_sync = 2");

        int applied = await new Migrator(options, [First, Second]).ApplyAsync(CancellationToken.None);

        Assert.Equal(1, applied);
        Assert.Equal("2\n", await CountAsync(options));
    }

    [Fact]
    public async Task Apply_ManyAtOnce_AllSucceedAndRecordEachVersionOnce()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => new Migrator(options).ApplyAsync(CancellationToken.None))));

        Assert.Equal($"{Migration.All.Count}\n", await CountAsync(options));
    }

    [Fact]
    public async Task Apply_ChangedVersion_IsRefusedNamingIt()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());
        await new Migrator(options, [First]).ApplyAsync(CancellationToken.None);
        string sql = First.Sql.Replace("Int64", "Int32", StringComparison.Ordinal);
        Migration changed = First with { Sql = sql };

        SchemaException error = await Assert.ThrowsAsync<SchemaException>(
            () => new Migrator(options, [changed]).ApplyAsync(CancellationToken.None));

        Assert.Contains("version 1 (first)", error.Message, StringComparison.Ordinal);
        Assert.Contains(options.Database, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_NewerDatabase_IsRefusedNamingBothVersions()
    {
        ClickHouseOptions options = clickHouse.OptionsFor(clickHouse.NewDatabase());
        await new Migrator(options, [First, Second]).ApplyAsync(CancellationToken.None);

        SchemaException error = await Assert.ThrowsAsync<SchemaException>(
            () => new Migrator(options, [First]).ApplyAsync(CancellationToken.None));

        Assert.Contains("schema version 2, this program knows 1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("1a")]
    [InlineData("a;DROP DATABASE b")]
    [InlineData("a`b")]
    public void Migrator_NameThatIsNoIdentifier_IsRefused(string database) =>
        Assert.Throws<SchemaException>(() => new Migrator(clickHouse.OptionsFor(database)));

    [Fact]
    public void Checksum_CommentsAndBlankLines_DoNotCount()
    {
        var commented = new Migration(1, "first", "-- why\n\n" + First.Sql + "\n-- end\n");

        Assert.Equal(First.Checksum, commented.Checksum);
        Assert.NotEqual(First.Checksum, Second.Checksum);
    }

    [Fact]
    public void Statements_SemicolonInsideALine_DoesNotSplit() =>
        Assert.Equal(
            ["SELECT ';' AS a", "SELECT 2"],
            Migration.Statements("SELECT ';' AS a;\n\n-- two\nSELECT 2;\n"));

    private Task<string> CountAsync(ClickHouseOptions options) =>
        clickHouse.QueryAsync($"SELECT count() FROM {options.Database}.schema_migrations FINAL");
}
