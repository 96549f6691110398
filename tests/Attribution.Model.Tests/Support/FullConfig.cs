using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// A config in which every key of every section stands, and nothing is as in a profile. Stateless.
/// </summary>
internal static class FullConfig
{
    public static string Json { get; } =
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Configs", "full.json"));

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
