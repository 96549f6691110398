using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay.Configs;

namespace Attribution.Engine;

/// <summary>
/// The config that an engine is started with: a file, or a profile by its name. Read before anything is
/// started, so that a mistake is told at once. Stateless.
/// </summary>
internal static class ConfigFile
{
    /// <returns>The document; <c>{}</c>, the web profile, where none is named.</returns>
    /// <exception cref="StartException">It cannot be read, or is no valid config.</exception>
    public static byte[] Read(string? name)
    {
        try
        {
            byte[] document = Document(name);
            AttributionConfig.Parse(document);
            return document;
        }
        catch (ConfigException failure) when (failure.Errors.Any(IsOfFitted))
        {
            // The tables are in ClickHouse, which is not there yet; what else is wrong is told then.
            return Document(name);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or ConfigException)
        {
            throw new StartException($"--config {name}: {failure.Message}", failure);
        }
    }

    /// <summary>Parses the document with the fitted tables that it names.</summary>
    /// <exception cref="StartException">A table is not stored.</exception>
    public static async Task<AttributionConfig> ParseAsync(
        byte[] document, ClickHouseClient client, CancellationToken cancel)
    {
        try
        {
            return await FittedTables.ParseAsync(client, document, cancel).ConfigureAwait(false);
        }
        catch (ConfigException failure)
        {
            throw new StartException($"--config: {failure.Message}", failure);
        }
    }

    private static byte[] Document(string? name) => name switch
    {
        null => "{}"u8.ToArray(),
        "web" when !File.Exists(name) => "{}"u8.ToArray(),
        "mmp" when !File.Exists(name) => """{"profile":"mmp"}"""u8.ToArray(),
        _ => File.ReadAllBytes(name),
    };

    private static bool IsOfFitted(ConfigError error) =>
        error.Path.StartsWith("fitted.", StringComparison.Ordinal);
}
