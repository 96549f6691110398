using System.Text.Json;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// A local file of rows that ClickHouse takes nowhere, one JSON object a line; the row is a Native block
/// in base64. Shared by the senders; thread-safe. An error here stops the sink, and the journal still
/// holds the event.
/// </summary>
internal sealed class LastResortFile(string path, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Returns once the line is on the disk.</summary>
    public async Task AppendAsync(
        string table, InsertAnswer refusal, ReadOnlyMemory<byte> nativeRow, CancellationToken stopping)
    {
        byte[] line = Line(table, refusal, nativeRow.Span);
        await _turn.WaitAsync(stopping);
        try
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private byte[] Line(string table, InsertAnswer refusal, ReadOnlySpan<byte> nativeRow)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("refused_at", clock.GetUtcNow());
            json.WriteString("table", table);
            json.WriteNumber("code", refusal.Outcome.Code);
            json.WriteString("message", refusal.Message);
            json.WriteBase64String("native", nativeRow);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}
