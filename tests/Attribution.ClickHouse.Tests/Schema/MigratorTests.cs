using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Schema;

public class MigratorTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    [Fact]
    public async Task Apply_FreshDatabase_CreatesTheTables()
    {
        string database = await clickHouse.CreateDatabaseAsync();

        string tables = await clickHouse.QueryAsync(
            $"SELECT name FROM system.tables WHERE database = '{database}' ORDER BY name");

        Assert.Equal("attributions\nconfigs\ndead_letters\nevents\nidentities\nschema_migrations\n", tables);
    }
}
