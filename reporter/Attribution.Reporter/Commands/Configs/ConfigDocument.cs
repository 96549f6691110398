using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Reporter.Configs;

namespace Attribution.Reporter.Commands.Configs;

/// <summary>A config's document in its canonical form, wherever it came from. Immutable.</summary>
internal sealed record ConfigDocument(string Hash, string Name, string Json)
{
    public const string ReferenceHelp = "A stored config's hash or how it begins, a file, web or mmp.";

    // A member that stands twice would have two meanings.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// A stored document comes as it was stored, so that one which an older program wrote is shown too.
    /// </summary>
    /// <exception cref="ReportException">There is no such config, or it is not valid.</exception>
    public static async Task<ConfigDocument> LoadAsync(
        ReportSession session, string reference, CancellationToken cancel)
    {
        bool isHash = reference.Length > 0 && reference.All(char.IsAsciiHexDigit) && !File.Exists(reference);
        List<ConfigDocument> stored =
            isHash ? await StoredAsync(session, reference, cancel).ConfigureAwait(false) : [];
        if (stored.Count == 1)
            return stored[0];

        AttributionConfig config =
            await ConfigSource.LoadAsync(session, reference, cancel).ConfigureAwait(false);
        return new ConfigDocument(
            config.Hash, config.Name, Encoding.UTF8.GetString(config.CanonicalJson.Span));
    }

    private static async Task<List<ConfigDocument>> StoredAsync(
        ReportSession session, string hash, CancellationToken cancel)
    {
        await using Rows rows = await session.QueryAsync(
            "config_document", new QueryParameters().Add("hash", hash), cancel).ConfigureAwait(false);
        var documents = new List<ConfigDocument>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            string found = row.GetString("hash");
            string json = row.GetString("document");
            documents.Add(new ConfigDocument(found, NameIn(found, json), json));
        }

        return documents;
    }

    /// <exception cref="ReportException">What is stored is no document.</exception>
    private static string NameIn(string hash, string json)
    {
        try
        {
            return JsonNode.Parse(json, null, Strict) is JsonObject document
                && document["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String
                ? name.GetValue<string>()
                : "";
        }
        catch (JsonException error)
        {
            throw new ReportException($"what is stored of config {hash} is no JSON: {error.Message}");
        }
    }
}
