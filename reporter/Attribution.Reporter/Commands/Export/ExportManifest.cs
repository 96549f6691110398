using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Export;

/// <summary>
/// What lies in a folder of exported days: <c>manifest.json</c>, replaced as a whole after each day. Owned by
/// one run, which has locked the folder.
/// </summary>
internal sealed class ExportManifest
{
    public const string FileName = "manifest.json";
    private const int Version = 1;
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    private readonly SortedDictionary<DateOnly, ExportedDay> _days = [];
    private readonly string _folder;

    private ExportManifest(string folder, string question)
    {
        _folder = folder;
        Question = question;
    }

    /// <summary>What was asked, as one line of JSON: days of another question do not belong here.</summary>
    public string Question { get; }

    public IEnumerable<ExportedDay> Days => _days.Values;

    public static ExportManifest Empty(string folder, string question) => new(folder, question);

    /// <summary>Null where the folder has none.</summary>
    /// <exception cref="ReportException">It is no manifest.</exception>
    public static ExportManifest? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            byte[] json = new FileInfo(path).Length <= MaxBytes ? File.ReadAllBytes(path) : [];
            using var document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
                throw new FormatException("another version");
            var manifest = new ExportManifest(folder, JsonSerializer.Serialize(root.GetProperty("question")));
            foreach (JsonElement day in root.GetProperty("days").EnumerateArray())
                manifest.Set(Day(day));
            return manifest;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            throw new ReportException(
                $"{path} is no manifest of an export ({error.Message}): choose another folder, or --force "
                + "writes everything anew.");
        }
    }

    public ExportedDay? Find(DateOnly day) => _days.GetValueOrDefault(day);

    public void Set(ExportedDay day) => _days[day.Day] = day;

    /// <summary>Replaces the file in one step.</summary>
    /// <returns>Its path.</returns>
    public string Write()
    {
        string path = Path.Combine(_folder, FileName);
        string part = path + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            using (var json = new Utf8JsonWriter(file, Readable))
                Write(json);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
        return path;
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WritePropertyName("question");
        json.WriteRawValue(Question);
        json.WriteStartArray("days");
        foreach (ExportedDay day in _days.Values)
        {
            json.WriteStartObject();
            json.WriteString("day", day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("file", day.File);
            json.WriteString("from", CellText.Iso(day.From));
            json.WriteString("to", CellText.Iso(day.To));
            if (day.Rows is { } rows)
                json.WriteNumber("rows", rows);
            else
                json.WriteNull("rows");
            json.WriteNumber("bytes", day.Bytes);
            json.WriteString("sha256", day.Sha256);
            json.WriteBoolean("finished", day.IsFinished);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ExportedDay Day(JsonElement day) => new(
        DateOnly.ParseExact(Text(day, "day"), "yyyy-MM-dd", CultureInfo.InvariantCulture), Text(day, "file"))
    {
        From = day.GetProperty("from").GetDateTime(),
        To = day.GetProperty("to").GetDateTime(),
        Rows = day.GetProperty("rows") is { ValueKind: JsonValueKind.Number } rows ? rows.GetInt64() : null,
        Bytes = day.GetProperty("bytes").GetInt64(),
        Sha256 = Text(day, "sha256"),
        IsFinished = day.GetProperty("finished").GetBoolean(),
    };

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
