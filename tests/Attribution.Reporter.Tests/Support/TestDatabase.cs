using System.Text.Encodings.Web;
using System.Text.Json;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// A database of its own in the tests' ClickHouse, filled once by whom it is made for. The tests of a class
/// share it and only read it.
/// </summary>
public abstract class TestDatabase : IAsyncLifetime
{
    /// <summary>Texts of any script as they are.</summary>
    private protected static readonly JsonSerializerOptions Json =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ClickHouseFixture ClickHouse { get; } = new();

    public string Name { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await ClickHouse.InitializeAsync();
        Name = await ClickHouse.CreateDatabaseAsync();
        await FillAsync();
    }

    public virtual Task DisposeAsync() => ClickHouse.DisposeAsync();

    /// <summary>$db is the database.</summary>
    internal Task<string> SqlAsync(string sql) =>
        ClickHouse.QueryAsync(sql.Replace("$db", Name, StringComparison.Ordinal));

    /// <summary>The rows of a query in plain SQL, cell by cell.</summary>
    internal async Task<string[][]> RowsAsync(string sql)
    {
        // ClickHouse escapes the apostrophe in TSV, which the reporter need not.
        string answer = (await SqlAsync(sql)).Replace("\\'", "'", StringComparison.Ordinal);
        return answer.Length == 0
            ? []
            : [.. answer.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
    }

    internal Task<ReporterRun> RunAsync(params string[] args) => RunAsync(new Terminal(), args);

    internal Task<ReporterRun> RunAsync(Terminal terminal, params string[] args) =>
        ReporterRun.OfAsync(terminal, Arguments(args));

    protected abstract Task FillAsync();

    /// <summary>With what leads to the database.</summary>
    protected virtual string[] Arguments(string[] args) => ReporterRun.At(ClickHouse, Name, args);

    protected Task StopMergesAsync(params string[] tables) =>
        Task.WhenAll(tables.Select(table => SqlAsync($"SYSTEM STOP MERGES $db.{table}")));

    protected Task InsertAsync(string table, object[] rows) => ClickHouse.QueryAsync(
        $"INSERT INTO {Name}.{table} FORMAT JSONEachRow "
        + string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row, Json))));
}
