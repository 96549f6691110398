using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Evidence;

/// <summary>
/// Why a touch that took part got nothing under a model, in the words of the evidence. Stateless.
/// </summary>
internal static class EvidenceRules
{
    public static ReadOnlySpan<byte> EarlierThanLast => "earlier_than_last"u8;
    public static ReadOnlySpan<byte> LaterThanFirst => "later_than_first"u8;

    /// <summary>The rule of an eligible touch without credit.</summary>
    /// <param name="pair">
    /// Indices into the history's touches: that touch, and the one that took everything, or −1 where nobody
    /// did or the model shares.
    /// </param>
    public static ReadOnlySpan<byte> OfUncredited(
        in PersonHistory history, AttributionResult result, CreditModel model, (int Touch, int Winner) pair)
    {
        (int touch, int winner) = pair;
        bool isInstall = history.Conversions[result.Conversion].Kind == ConversionKind.Install;
        switch (model)
        {
            case CreditModel.First:
                return LaterThanFirst;
            case CreditModel.Last:
                return EarlierThanLast;
            case CreditModel.LastNonDirect:
                return history.Touches[touch].IsDirect && !history.Touches[winner].IsDirect
                    ? "direct"u8
                    : EarlierThanLast;
            case CreditModel.Mmp when !isInstall && result.Install >= 0:
                return "install_decides"u8;
            case CreditModel.MmpRetargeting when winner < 0:
                return "no_reengagement"u8;
            case CreditModel.MmpRetargeting when !isInstall:
                return OfLaterReengagement(history.Touches[touch], touch < winner);
            case CreditModel.Mmp or CreditModel.MmpRetargeting:
                return OfWaterfall(history.Touches[touch], history.Touches[winner]);
            default:
                return "weight_zero"u8;
        }
    }

    /// <summary>Whether the rule is one of time, so that the evidence names both ages.</summary>
    public static bool ComparesAges(ReadOnlySpan<byte> rule) =>
        rule == EarlierThanLast || rule == LaterThanFirst;

    /// <summary>Only a retargeting click that was there before the one that won could have won.</summary>
    private static ReadOnlySpan<byte> OfLaterReengagement(in Touch touch, bool isEarlier)
    {
        bool isRetargeting = (touch.Flags & TouchFlags.Retargeting) != 0 && touch.Kind != TouchKind.View;
        return isRetargeting && isEarlier ? EarlierThanLast : "no_reengagement"u8;
    }

    private static ReadOnlySpan<byte> OfWaterfall(in Touch touch, in Touch winner)
    {
        if (touch.Kind == TouchKind.View && winner.Kind != TouchKind.View)
            return "view_beaten_by_click"u8;
        if (touch.IsProbabilistic && !winner.IsProbabilistic)
            return "probabilistic_beaten_by_deterministic"u8;
        return touch.TimeMillis == winner.TimeMillis
            && winner.Kind == TouchKind.Referrer && touch.Kind != TouchKind.Referrer
            ? "click_beaten_by_referrer"u8
            : EarlierThanLast;
    }
}
