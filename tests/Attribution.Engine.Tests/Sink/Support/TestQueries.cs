using Attribution.Testing;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>Asks the fixture's server in plain text, beside the client under test. Stateless.</summary>
internal static class TestQueries
{
    /// <summary>The rows as unescaped tab-separated text; tables are those of the test's database.</summary>
    public static async Task<string> TextAsync(ClickHouseFixture clickHouse, string database, string sql)
    {
        string inDatabase = sql.Replace("FROM ", $"FROM {database}.", StringComparison.Ordinal);
        return (await clickHouse.QueryAsync(inDatabase + " FORMAT TSVRaw")).TrimEnd('\n');
    }
}
