using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Model.Fitting;
using Attribution.Replay.Configs;

namespace Attribution.Reporter.Configs;

/// <summary>
/// Finds the config that a command line names: a file, a profile, or a stored one by the beginning of its
/// hash. Stateless.
/// </summary>
internal static class ConfigSource
{
    // What a document leaves out is as in the web profile.
    private static readonly Dictionary<string, string> ByProfile = new()
    {
        ["web"] = "{}",
        ["mmp"] = """{"profile":"mmp"}""",
    };

    /// <summary>The profiles, by the names that need no file.</summary>
    public static IReadOnlyList<string> Profiles { get; } = ["web", "mmp"];

    /// <exception cref="ReportException">
    /// There is none, or not only one, or it is no valid config.
    /// </exception>
    public static async Task<AttributionConfig> LoadAsync(
        ReportSession session, string text, CancellationToken cancel)
    {
        if (File.Exists(text))
        {
            byte[] document = await ReadFileAsync(text, cancel).ConfigureAwait(false);
            return await ParseAsync(session, text, document, cancel).ConfigureAwait(false);
        }

        if (!ByProfile.TryGetValue(text, out string? json))
            json = await StoredAsync(session, text, cancel).ConfigureAwait(false);
        return await ParseAsync(session, text, Encoding.UTF8.GetBytes(json), cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The hash of the config asked for, where only results are looked up and its document need not be known;
    /// null where none was asked for and nothing was attributed in the range.
    /// </summary>
    /// <exception cref="ReportException">There is none, or not only one.</exception>
    public static async Task<string?> HashAsync(ReportSession session, CancellationToken cancel)
    {
        if (session.Settings.Config is { } text && (File.Exists(text) || Profiles.Contains(text)))
            return (await LoadAsync(session, text, cancel).ConfigureAwait(false)).Hash;
        return await session.ResolveConfigAsync(cancel).ConfigureAwait(false);
    }

    private static async Task<byte[]> ReadFileAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            // Not an IOException: that one says that the server does not answer.
            throw new ReportException($"{path} cannot be read: {error.Message}");
        }
    }

    private static async Task<AttributionConfig> ParseAsync(
        ReportSession session, string name, byte[] document, CancellationToken cancel)
    {
        try
        {
            return await FittedTables.ParseAsync(session.Client, document, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ConfigException or FittedTableException)
        {
            throw new ReportException($"{name} is no valid config:\n{error.Message}");
        }
    }

    private static async Task<string> StoredAsync(
        ReportSession session, string prefix, CancellationToken cancel)
    {
        if (prefix.Length == 0 || !prefix.All(char.IsAsciiLetterOrDigit))
            throw new ReportException(
                $"there is no file '{prefix}', and it is no hash and none of {string.Join(", ", Profiles)}.");
        var found = new List<(string Hash, string Document)>();
        await using Rows rows = await session.QueryAsync(
            "config_document", new QueryParameters().Add("hash", prefix), cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            found.Add((row.GetString("hash"), row.GetString("document")));
        return found.Count switch
        {
            1 => found[0].Document,
            0 => throw new ReportException(
                $"there is no file '{prefix}', no stored config begins with it, and it is none of "
                + $"{string.Join(", ", Profiles)}."),
            _ => throw new ReportException(
                $"'{prefix}' is the beginning of {string.Join(", ", found.Select(each => each.Hash))}: "
                + "write more of it."),
        };
    }
}
