using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attribution.Reporter.Output;

/// <summary>
/// Streams rows as JSON objects, one per line, in an array or without; decimals keep every digit. Owned by
/// one report.
/// </summary>
internal sealed class JsonReportWriter(TextWriter output, bool isLines = false) : IReportWriter
{
    // What a terminal or a file gets is no HTML: letters of any script stay readable.
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private IReadOnlyList<ReportColumn> _columns = [];
    private bool _hasRows;

    public void Begin(IReadOnlyList<ReportColumn> columns)
    {
        _columns = columns;
        if (!isLines)
            output.Write('[');
    }

    public void Row(ReadOnlySpan<object?> values)
    {
        if (!isLines)
            output.Write(_hasRows ? ",\n" : "\n");
        _hasRows = true;
        using (var json = new Utf8JsonWriter(_buffer, Readable))
        {
            json.WriteStartObject();
            for (int at = 0; at < values.Length; at++)
            {
                json.WritePropertyName(_columns[at].Name);
                CellText.WriteJson(json, values[at]);
            }

            json.WriteEndObject();
        }

        output.Write(CellText.Escaped(Encoding.UTF8.GetString(_buffer.WrittenSpan)));
        if (isLines)
            output.Write('\n');
        _buffer.ResetWrittenCount();
    }

    public void Flush() => output.Flush();

    public void End(object?[]? totals = null)
    {
        if (!isLines)
            output.Write(_hasRows ? "\n]\n" : "]\n");
        output.Flush();
    }
}
