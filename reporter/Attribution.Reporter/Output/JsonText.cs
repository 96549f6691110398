using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attribution.Reporter.Output;

/// <summary>Writes an answer that is one JSON document, indented. Stateless.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Readable))
            write(json);
        output.Write(CellText.Escaped(Encoding.UTF8.GetString(buffer.WrittenSpan)));
        output.Write('\n');
        output.Flush();
    }

    /// <summary>A member of any value that cells can hold.</summary>
    public static void Member(this Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        CellText.WriteJson(json, value);
    }
}
