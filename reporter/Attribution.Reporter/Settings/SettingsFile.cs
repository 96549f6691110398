using System.Text.Json;

namespace Attribution.Reporter.Settings;

/// <summary>
/// A file of settings: a JSON object of texts, with comments. Immutable; read once per run.
/// </summary>
internal sealed class SettingsFile
{
    /// <summary>In the working folder or the nearest one above.</summary>
    public const string ProjectName = ".attribution.json";

    private const int MaxBytes = 64 * 1024;
    private static readonly string[] SecretWords = ["password", "secret", "token", "key", "credential"];

    private readonly Dictionary<string, (string Value, int Line)> _values = new(StringComparer.Ordinal);
    private readonly SettingOrigin _origin;
    private readonly string _path;

    private SettingsFile(string path, SettingOrigin origin)
    {
        _path = path;
        _origin = origin;
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="UsageException">It cannot be read, or says what is no setting.</exception>
    public static SettingsFile? OfProject(string? folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            string path = Path.Combine(at, ProjectName);
            if (File.Exists(path))
                return Read(path, SettingOrigin.ProjectFile);
        }

        return null;
    }

    /// <inheritdoc cref="OfProject"/>
    public static SettingsFile? OfUser(Func<string, string?> environment)
    {
        string? folder = environment("XDG_CONFIG_HOME") is { Length: > 0 } given
            ? given
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config") : null;
        if (folder is null)
            return null;
        string path = Path.Combine(folder, "attribution", "config.json");
        return File.Exists(path) ? Read(path, SettingOrigin.UserFile) : null;
    }

    public SettingSource? Find(Setting setting) => _values.TryGetValue(setting.Name, out var found)
        ? new(setting, found.Value, _origin, $"{setting.Name} in {_path}, line {found.Line}")
        : null;

    private static SettingsFile Read(string path, SettingOrigin origin)
    {
        byte[] json;
        try
        {
            // What any other user can write would decide where this one's password is sent.
            if (!OperatingSystem.IsWindows()
                && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite))
                throw new UsageException(
                    $"{path} can be written by everybody and is not read: chmod o-w {path}");
            json = new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllBytes(path)
                : throw new UsageException($"{path} has more than {MaxBytes} bytes.");
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new UsageException($"{path} cannot be read: {error.Message}");
        }

        var file = new SettingsFile(path, origin);
        try
        {
            file.Parse(json);
        }
        catch (JsonException error)
        {
            throw new UsageException($"{path}, line {error.LineNumber + 1}: no JSON is read there. "
                + "An object of texts was expected, as {\"project\": \"shop\"}.");
        }

        return file;
    }

    private void Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new UsageException($"{_path}: an object was expected, as {{\"project\": \"shop\"}}.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int line = 1 + json[..(int)reader.TokenStartIndex].Count((byte)'\n');
            string name = Text(ref reader, line);
            EnsureKnown(name, line);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw new UsageException($"{_path}, line {line}: {name} takes a text in quotes.");
            if (!_values.TryAdd(name, (Text(ref reader, line), line)))
                throw new UsageException($"{_path}, line {line}: {name} is there twice.");
        }

        while (reader.Read())
        {
            // Whatever stands behind the object is no JSON, which the reader says.
        }
    }

    private string Text(ref Utf8JsonReader reader, int line)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new UsageException($"{_path}, line {line}: the text is no UTF-8.");
        }
    }

    private void EnsureKnown(string name, int line)
    {
        string[] known = [.. Setting.All.Select(setting => setting.Name)];
        if (known.Contains(name))
            return;
        if (SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            throw new UsageException(
                $"{_path}, line {line}: secrets do not belong in a file that others read. Take '{name}' out "
                + $"and set {SettingValues.PasswordVariable}, or {ReadKey.Variable} for a read key.");
        throw new UsageException($"{_path}, line {line}: '{name}' is no setting."
            + Nearest.Hint(name, known) + $" Known are {string.Join(", ", known)}.");
    }
}
