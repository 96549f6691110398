using Attribution.Testing;

namespace Attribution.Reporter.Tests.Support;

/// <summary>The known data in a database that the tests of a class only read.</summary>
public sealed class KnownDatabase : IAsyncLifetime
{
    public ClickHouseFixture ClickHouse { get; } = new();

    public string Name { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await ClickHouse.InitializeAsync();
        Name = await KnownData.CreateAsync(ClickHouse);
    }

    public Task DisposeAsync() => ClickHouse.DisposeAsync();

    internal Task<ReporterRun> RunAsync(params string[] args) => RunAsync(new Terminal(), args);

    internal Task<ReporterRun> RunAsync(Terminal terminal, params string[] args) =>
        ReporterRun.OfAsync(terminal, ReporterRun.At(ClickHouse, Name, args));

    internal Task<string> SqlAsync(string sql) =>
        ClickHouse.QueryAsync(sql.Replace("$db", Name, StringComparison.Ordinal));
}
