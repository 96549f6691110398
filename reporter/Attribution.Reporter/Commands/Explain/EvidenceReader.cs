using System.Text;
using System.Text.Json;
using Attribution.Model.Evidence;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>Reads what stored rows say of a conversion's candidates. Stateless.</summary>
internal static class EvidenceReader
{
    /// <summary>By which a touch that took part loses to another one, under one model or another.</summary>
    private static readonly string[] RelativeRules =
    [
        "earlier_than_last", "later_than_first", "direct", "weight_zero", "install_decides",
        "no_reengagement", "view_beaten_by_click", "probabilistic_beaten_by_deterministic",
        "click_beaten_by_referrer",
    ];

    /// <summary>Null for a row without evidence, and for what another program wrote there.</summary>
    public static EvidenceDocument? Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Read(string)"/>
    public static EvidenceDocument? Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return null;
        try
        {
            return EvidenceDocument.Parse(json);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a touch that the rule names took part all the same.</summary>
    public static bool IsRelative(string rule) => RelativeRules.Contains(rule);
}
