using System.Text;
using System.Text.Json;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Fitting;
using ClickHouseRows = Attribution.ClickHouse.Http.Rows;

namespace Attribution.Replay.Configs;

/// <summary>
/// Fitted tables in the table <c>fits</c>: kept there by their hash, and found again for the configs that
/// name them. Stateless.
/// </summary>
public static class FittedTables
{
    private const string FindSql =
        "SELECT any(document) AS document FROM fits WHERE hash = {hash:String} GROUP BY hash";

    private const string SaveSql =
        "INSERT INTO fits (hash, kind, document, project, from_time, to_time, config, fitted_at) VALUES "
        + "({hash:String}, {kind:String}, {document:String}, {project:String}, "
        + "{from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')}, {config:String}, now64(3))";

    /// <summary>Parses a config document with the tables that it names.</summary>
    /// <exception cref="ConfigException">It is no valid config, or a table it names is not
    /// stored.</exception>
    public static async Task<AttributionConfig> ParseAsync(
        ClickHouseClient client, ReadOnlyMemory<byte> document, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        var tables = new Dictionary<string, IFittedTable>();
        foreach (string hash in Named(document))
        {
            await using ClickHouseRows rows = await client.QueryAsync(
                FindSql, new QueryParameters().Add("hash", hash), cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                tables[hash] = FittedTable.Parse(Encoding.UTF8.GetBytes(row.GetString("document")));
        }

        return AttributionConfig.Parse(document.Span, tables.GetValueOrDefault);
    }

    /// <param name="origin">Project, range and config whose paths it was fitted to.</param>
    public static Task SaveAsync(
        ClickHouseClient client, FittedTable table, FitOrigin origin, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(table);
        return client.ExecuteAsync(
            SaveSql,
            new QueryParameters()
                .Add("hash", table.Hash)
                .Add("kind", table.Kind.Name())
                .Add("document", Encoding.UTF8.GetString(table.CanonicalJson.Span))
                .Add("project", origin.Project)
                .Add("from", origin.From)
                .Add("to", origin.To)
                .Add("config", origin.Config),
            cancel);
    }

    /// <summary>The hashes that a document names; one that is no JSON names none.</summary>
    private static List<string> Named(ReadOnlyMemory<byte> config)
    {
        var hashes = new List<string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(config);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("fitted", out JsonElement fitted)
                && fitted.ValueKind == JsonValueKind.Object)
            {
                hashes.AddRange(fitted.EnumerateObject()
                    .Where(member => member.Value.ValueKind == JsonValueKind.String)
                    .Select(member => member.Value.GetString() ?? ""));
            }
        }
        catch (JsonException)
        {
            // The config's own reader says what is wrong with it, and where.
        }

        return hashes;
    }
}

/// <summary>What a table was fitted to. A value.</summary>
public readonly record struct FitOrigin(string Project, DateTime From, DateTime To, string Config);
