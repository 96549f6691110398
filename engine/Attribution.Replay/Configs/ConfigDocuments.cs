using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;

namespace Attribution.Replay.Configs;

/// <summary>
/// Keeps every config that was ever used, so that a row's hash can be looked up. Stateless.
/// </summary>
public static class ConfigDocuments
{
    private const string Sql =
        "INSERT INTO configs (hash, name, document, first_used) "
        + "SELECT {hash:String}, {name:String}, {document:String}, now64(3) "
        + "WHERE (SELECT count() FROM configs WHERE hash = {hash:String}) = 0";

    public static Task SaveAsync(ClickHouseClient client, AttributionConfig config, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(config);
        return client.ExecuteAsync(
            Sql,
            new QueryParameters()
                .Add("hash", config.Hash)
                .Add("name", config.Name)
                .Add("document", Encoding.UTF8.GetString(config.CanonicalJson.Span)),
            cancel);
    }
}
