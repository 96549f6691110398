using System.Text.Json;
using Attribution.ClickHouse.Http;
using Attribution.Model.Credits;

namespace Attribution.Reporter.Configs;

/// <summary>
/// The fitted tables that one config document names, read from <c>fits</c>. Immutable.
/// </summary>
internal sealed class FittedTables
{
    private readonly Dictionary<string, IFittedTable> _byHash = [];

    private FittedTables()
    {
    }

    /// <summary>What <c>AttributionConfig.Parse</c> asks.</summary>
    public IFittedTable? Find(string hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>Reads what a document names; a document that is no JSON names nothing.</summary>
    public static async Task<FittedTables> LoadAsync(
        ReportSession session, ReadOnlyMemory<byte> config, CancellationToken cancel)
    {
        var tables = new FittedTables();
        foreach (string hash in Named(config))
        {
            await using Rows rows = await session.QueryAsync(
                "fit_document", new QueryParameters().Add("hash", hash), cancel).ConfigureAwait(false);
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                if (Read(row.GetString("document")) is { } table)
                    tables._byHash[hash] = table;
            }
        }

        return tables;
    }

    /// <summary>The table of a document of <c>fits</c>; null for a kind that this program does not know.
    /// </summary>
    private static IFittedTable? Read(string document) => null;

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
                foreach (JsonProperty member in fitted.EnumerateObject())
                {
                    if (member.Value.ValueKind == JsonValueKind.String)
                        hashes.Add(member.Value.GetString() ?? "");
                }
            }
        }
        catch (JsonException)
        {
            // The config's own reader says what is wrong with it, and where.
        }

        return hashes;
    }
}
