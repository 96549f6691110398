using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Support;

/// <summary>A config in which every key of every section stands, and nothing is as in a profile. Stateless.
/// </summary>
internal static class FullConfig
{
    public const string Json = """
        {
          "version": 1,
          "name": "full-1.0",
          "models": ["last", "markov", "shapley", "custom:early", "custom:late", "w_shaped", "mmp"],
          "conversions": ["install", "order"],
          "touches": {
            "click": ["tap", "click"], "view": ["seen"], "visit": ["visit"], "open": ["open", "resume"],
            "referrer": ["install"]
          },
          "windows": {
            "click": "14d", "view": "36h", "visit": "10d", "referrer": "20d",
            "probabilistic_click": "6h", "probabilistic_view": "2h",
            "rules": [
              { "name": "tiktok", "when": { "field": "source", "equals": "tiktok" },
                "click": "1d", "view": "0s", "visit": "2d", "referrer": "3d",
                "probabilistic_click": "1h", "probabilistic_view": "0s" },
              { "name": "brand", "click": "3d",
                "when": { "field": "campaign", "contains": "brand", "ignore_case": true } }
            ]
          },
          "max_touches": 64,
          "journey": "since_conversion",
          "same_currency": true,
          "duplicates": { "click_id": "12h" },
          "candidates": { "before": "3d", "after": "2h" },
          "time_decay": { "half_life": "5d", "step": "1d" },
          "position_based": { "first": 300000, "middle": 300000, "last": 400000 },
          "j_shaped": { "first": 100000, "middle": 200000, "last": 700000 },
          "inverse_j": { "first": 700000, "middle": 200000, "last": 100000 },
          "w_shaped": { "first": 250000, "lead": 250000, "opportunity": 250000, "rest": 250000 },
          "full_path": {
            "first": 200000, "lead": 200000, "opportunity": 200000, "last": 200000, "rest": 200000
          },
          "custom": [
            { "name": "late", "first": [], "rest": 400000, "last": [200000, 400000] },
            { "name": "early", "first": [500000, 200000], "rest": 200000, "last": [100000] }
          ],
          "milestones": { "lead": ["lead_created"], "opportunity": ["demo", "trial"] },
          "identity": {
            "click_ids": true, "referrer_ids": false, "ignore": ["NULL", "0"], "max_ids": 64
          },
          "channels": {
            "grouping": "ga4.1",
            "rules": [
              { "channel": "TikTok Spark", "when": { "all": [
                { "field": "traffic.source", "in": ["tiktok", "tiktok.com"] },
                { "field": "content", "prefix": "spark_" } ] } },
              { "channel": "Paid Social", "when": { "field": "properties.paid.by", "equals": "meta" } },
              { "channel": "Podcast", "when": { "any": [
                { "field": "medium", "suffix": "cast" },
                { "field": "url.query.pod", "exists": true } ] } }
            ]
          },
          "campaigns": {
            "rules": [
              { "name": "spring", "campaign": "spring-2026", "source": "partner", "medium": "affiliate",
                "overwrite": true,
                "when": { "all": [
                  { "field": "url.path", "regex": "^/spring(/|\\z)" },
                  { "field": "timestamp",
                    "range": { "from": "2026-03-01T00:00:00Z", "to": "2026-05-31T23:59:59.999Z" } } ] } },
              { "name": "rest", "campaign": "untagged", "overwrite": false,
                "when": { "not": { "field": "referrer.host", "suffix": "shop.example" } } }
            ]
          },
          "fraud": {
            "min_time_to_install": "10s", "max_clicks": 20, "max_clicks_within": "30m", "injection": true,
            "rules": [
              { "name": "datacentre",
                "when": { "field": "ip", "cidr": ["198.51.100.0/24", "2001:db8::/32"] } },
              { "name": "price", "when": { "field": "revenue", "range": { "from": 0.5, "to": 99.99 } } }
            ]
          },
          "mmp": {
            "installs": true, "install_types": ["first_open", "install"], "reattribution": "60d",
            "inactivity": "7d", "reengagement": "14d", "lifetime": "180d",
            "retargeting": { "field": "campaign", "prefix": "rt_" }
          },
          "fitted": {
            "markov": "0000000000000000000000000000000000000000000000000000000000000001",
            "shapley": "0000000000000000000000000000000000000000000000000000000000000002"
          }
        }
        """;

    public static AttributionConfig Config { get; } = Parse(Json);

    public static AttributionConfig Parse(string json) =>
        AttributionConfig.Parse(Encoding.UTF8.GetBytes(json), Fitted);

    public static string Canonical(AttributionConfig config) =>
        Encoding.UTF8.GetString(config.CanonicalJson.Span);

    /// <summary>Knows a Markov table whose hash ends in 1 and a Shapley table whose hash ends in 2.</summary>
    private static IFittedTable? Fitted(string hash) => hash.TrimStart('0') switch
    {
        "1" => new Table(hash, CreditModel.Markov),
        "2" => new Table(hash, CreditModel.Shapley),
        _ => null,
    };

    private sealed record Table(string Hash, CreditModel Model) : IFittedTable
    {
        public bool SharesWithinChannel => true;

        public ulong Weight(string channel, int position) => 1;
    }
}
