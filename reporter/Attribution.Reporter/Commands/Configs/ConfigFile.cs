using Attribution.Model.Configs;
using Attribution.Replay.Configs;

namespace Attribution.Reporter.Commands.Configs;

/// <summary>Reads a config from a file. Stateless.</summary>
internal static class ConfigFile
{
    /// <summary>A config is small; whatever is larger than this is no config.</summary>
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <exception cref="ConfigException">What stands in the file is no config.</exception>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<AttributionConfig> ReadAsync(
        ReportSession session, string file, CancellationToken cancel)
    {
        byte[] json;
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > MaxBytes })
                throw new UsageException($"FILE: {file} is larger than {MaxBytes / 1024 / 1024} MiB.");
            json = await File.ReadAllBytesAsync(file, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOfFile(error))
        {
            throw new UsageException($"FILE: {error.Message}");
        }

        return await FittedTables.ParseAsync(session.Client, json, cancel).ConfigureAwait(false);
    }
}
