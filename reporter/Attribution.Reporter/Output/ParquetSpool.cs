using System.Buffers;
using System.Text.Json;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Output;

/// <summary>
/// Keeps rows in a file until the last one shows what types the columns have; ClickHouse then makes Parquet
/// of them. Memory: one row. Owned by one run.
/// </summary>
internal sealed class ParquetSpool : IReportWriter, IDisposable
{
    private readonly FileStream _file = new(
        Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
        FileOptions.DeleteOnClose);

    private readonly ArrayBufferWriter<byte> _row = new(4096);
    private IReadOnlyList<ReportColumn> _columns = [];
    private ParquetType[] _types = [];

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        _columns = columns;
        _types = [.. columns.Select(column => new ParquetType(column.Kind))];
        _file.SetLength(0);
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        using (var json = new Utf8JsonWriter(_row))
        {
            json.WriteStartArray();
            for (int at = 0; at < values.Length; at++)
            {
                _types[at].See(values[at]);
                ParquetType.Write(json, values[at]);
            }

            json.WriteEndArray();
        }

        _row.Write("\n"u8);
        _file.Write(_row.WrittenSpan);
        _row.ResetWrittenCount();
    }

    public void End(object?[]? totals = null)
    {
    }

    /// <summary>Sends the rows and writes what comes back.</summary>
    public async Task SendAsync(ClickHouseClient client, Stream output, CancellationToken cancel)
    {
        if (_columns.Count == 0)
            return;
        _file.Position = 0;
        var rows = new ExternalRows("finished", "JSONCompactEachRow", Structure(), _file);
        await client.ExchangeAsync("SELECT * FROM finished FORMAT Parquet", rows, output, cancel)
            .ConfigureAwait(false);
    }

    public void Dispose() => _file.Dispose();

    private string Structure()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return string.Join(", ", _columns.Select((column, at) =>
        {
            string name = column.Name;
            for (int number = 2; !seen.Add(name); number++)
                name = $"{column.Name}_{number}";
            string quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("`", "\\`", StringComparison.Ordinal);
            return $"`{quoted}` {_types[at]}";
        }));
    }
}
