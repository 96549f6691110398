using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Attribution.Model.Configs;

namespace Attribution.Model.Identity;

/// <summary>
/// Names the rules that links were found under, so that stored links are used by configs with the same rules
/// only. Stateless.
/// </summary>
public static class IdentityRules
{
    private const int HashChars = 16;

    /// <summary>The rules of links that were stored before rules were: those of the web profile.</summary>
    public static string Default { get; } = Hash(new IdentityConfig());

    /// <summary>
    /// The first 16 hex digits of SHA-256 over <c>click_ids=0|1;referrer_ids=0|1;max_ids=N;</c> and the
    /// ignored ids but the empty one, each once, in order of their code units, as <c>LENGTH:TEXT;</c> with
    /// the length in UTF-8 bytes.
    /// </summary>
    public static string Hash(IdentityConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        var text = new StringBuilder()
            .Append(invariant, $"click_ids={(config.LinksClickIds ? 1 : 0)};")
            .Append(invariant, $"referrer_ids={(config.LinksReferrerIds ? 1 : 0)};")
            .Append(invariant, $"max_ids={config.MaxIdsPerPerson};");
        string[] ignored =
            [.. config.Ignore.Where(id => id.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        foreach (string id in ignored)
            text.Append(invariant, $"{Encoding.UTF8.GetByteCount(id)}:{id};");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToHexStringLower(hash)[..HashChars];
    }
}
