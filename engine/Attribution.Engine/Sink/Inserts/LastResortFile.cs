using System.Text.Json;
using Attribution.Engine.Journal;

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
            using var file =
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            bool isNew = file.Length == 0;
            EndCutLine(file);
            file.Write(line);
            file.Flush(flushToDisk: true);
            if (isNew)
                LibC.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>A crash can leave a line unfinished; the next one must not become part of it.</summary>
    private static void EndCutLine(FileStream file)
    {
        file.Seek(0, SeekOrigin.End);
        if (file.Length == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.WriteByte((byte)'\n');
    }

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
