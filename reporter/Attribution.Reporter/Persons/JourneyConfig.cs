using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Model.Fitting;
using Attribution.Replay.Configs;
using Attribution.Reporter.Configs;

namespace Attribution.Reporter.Persons;

/// <summary>
/// Finds the config that says which ids name persons and which events are touches and conversions. Stateless.
/// </summary>
internal static class JourneyConfig
{
    /// <summary>
    /// The one asked for, else the one that came into use last, else the web profile.
    /// </summary>
    /// <exception cref="ReportException">There is none, or what is stored of it cannot be read.</exception>
    public static async Task<AttributionConfig> LoadAsync(ReportSession session, CancellationToken cancel)
    {
        if (session.Settings.Config is { } named)
            return await ConfigSource.LoadAsync(session, named, cancel).ConfigureAwait(false);
        return await StoredAsync(session, "newest_config", "", cancel).ConfigureAwait(false)
            ?? await ConfigSource.LoadAsync(session, "web", cancel).ConfigureAwait(false);
    }

    /// <summary>The config of that hash; the web profile where its document is not stored.</summary>
    /// <exception cref="ReportException">What is stored cannot be read.</exception>
    public static async Task<AttributionConfig> OfAsync(
        ReportSession session, string hash, CancellationToken cancel)
    {
        if (await StoredAsync(session, "config_document", hash, cancel).ConfigureAwait(false) is { } stored)
            return stored;
        session.Note($"note: the document of config {ReportSession.Short(hash)} is not stored; what is a "
            + "touch is taken from the profile web.");
        return await ConfigSource.LoadAsync(session, "web", cancel).ConfigureAwait(false);
    }

    private static async Task<AttributionConfig?> StoredAsync(
        ReportSession session, string query, string hash, CancellationToken cancel)
    {
        (string Hash, string Document)? found = null;
        await using (Rows rows = await session.QueryAsync(
            query, new QueryParameters().Add("hash", hash), cancel).ConfigureAwait(false))
        {
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                found ??= (row.GetString("hash"), row.GetString("document"));
        }

        if (found is not { } stored)
            return null;
        try
        {
            return await FittedTables
                .ParseAsync(session.Client, Encoding.UTF8.GetBytes(stored.Document), cancel)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is ConfigException or FittedTableException)
        {
            // Written by another version, or by hand. The web profile would answer another question.
            throw new ReportException(
                $"config {ReportSession.Short(stored.Hash)} says what a touch is and which ids are a person, "
                + "and what is stored of it cannot be read. --config CONFIG takes another: a file, a stored "
                + $"config's hash, web or mmp.\n{error.Message}");
        }
    }
}
