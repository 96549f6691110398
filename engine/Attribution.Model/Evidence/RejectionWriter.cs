using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Evidence;

/// <summary>
/// Writes one candidate that a rule rejected, whatever the model: the rule and the numbers compared. What
/// only the config decides is spelled out once. Owned by one <see cref="EvidenceWriter"/>.
/// </summary>
internal sealed class RejectionWriter
{
    private const int Kinds = 8;
    private readonly byte[][] _windowTails;
    private readonly byte[][] _fraudRules;

    public RejectionWriter(AttributionConfig config)
    {
        _windowTails = new byte[config.Windows.Settings.Count * 2 * Kinds][];
        foreach ((int index, WindowSetting setting) in config.Windows.Settings.Index())
        {
            for (int kind = 0; kind < Kinds; kind++)
            {
                _windowTails[(index * 2 * Kinds) + kind] = WindowTail(setting, (TouchKind)kind, false);
                _windowTails[(index * 2 * Kinds) + Kinds + kind] = WindowTail(setting, (TouchKind)kind, true);
            }
        }

        _fraudRules =
        [
            .. config.Fraud.RuleNames.Select(name => Encoding.UTF8.GetBytes($",\"rule\":\"fraud:{name}\"}}")),
        ];
    }

    /// <summary>Writes from the rule to the object's end.</summary>
    /// <param name="target">With room for two event ids and 256 bytes.</param>
    public void Write(
        JsonBuffer target, in PersonHistory history, in Touch touch, in TouchJudgement judgement)
    {
        switch (judgement.Verdict)
        {
            case TouchVerdict.OutsideWindow:
                target.Raw(",\"rule\":\"outside_window\",\"found\":"u8);
                target.Number(judgement.Found);
                target.Raw(_windowTails[
                    (touch.Window * 2 * Kinds) + (touch.IsProbabilistic ? Kinds : 0) + (int)touch.Kind]);
                return;
            case TouchVerdict.Fraud when judgement.Fraud == FraudReason.Rule:
                target.Raw(_fraudRules[touch.FraudRule - 1]);
                return;
            case TouchVerdict.IdMismatch:
                target.Raw(",\"rule\":\"id_mismatch\"}"u8);
                return;
            case TouchVerdict.NotAnInstall:
                target.Raw(",\"rule\":\"not_an_install\"}"u8);
                return;
            case TouchVerdict.NotRetargeting when judgement.Limit == 0:
                target.Raw(",\"rule\":\"not_retargeting\"}"u8);
                return;
            case TouchVerdict.OtherCurrency:
                target.Raw(",\"rule\":\"other_currency\",\"found\":\""u8);
                WriteCurrency(target, (uint)judgement.Found);
                target.Raw("\",\"limit\":\""u8);
                WriteCurrency(target, (uint)judgement.Limit);
                target.Raw("\"}"u8);
                return;
            default:
                WriteCompared(target, history, judgement);
                return;
        }
    }

    private static void WriteCompared(
        JsonBuffer target, in PersonHistory history, in TouchJudgement judgement)
    {
        target.Raw(",\"rule\":\""u8);
        target.Raw(Rule(judgement));
        target.Raw("\",\"found\":"u8);
        target.Number(judgement.Found);
        target.Raw(",\"limit\":"u8);
        target.Number(judgement.Limit);
        if (judgement.Related >= 0)
        {
            Span<byte> id = stackalloc byte[36];
            target.Raw(",\"by\":\""u8);
            target.Escaped(history.Texts.EventId(history.Touches[judgement.Related].EventId, id));
            target.Raw("\""u8);
        }

        target.Raw("}"u8);
    }

    private static ReadOnlySpan<byte> Rule(in TouchJudgement judgement) =>
        (judgement.Verdict, judgement.Fraud) switch
        {
            (TouchVerdict.AfterConversion, _) => "after_conversion"u8,
            (TouchVerdict.BeforePreviousConversion, _) => "before_previous_conversion"u8,
            (TouchVerdict.Fraud, FraudReason.TimeToInstall) => "fraud:min_time_to_install"u8,
            (TouchVerdict.Fraud, FraudReason.Injection) => "fraud:injection"u8,
            (TouchVerdict.Fraud, _) => "fraud:max_clicks"u8,
            (TouchVerdict.Duplicate, _) => "duplicate"u8,
            (TouchVerdict.NotRetargeting, _) => "not_retargeting"u8,
            _ => "over_limit"u8,
        };

    private static void WriteCurrency(JsonBuffer target, uint currency)
    {
        ReadOnlySpan<byte> text = [(byte)currency, (byte)(currency >> 8), (byte)(currency >> 16)];
        target.Escaped(text);
    }

    private static byte[] WindowTail(WindowSetting setting, TouchKind kind, bool isProbabilistic) =>
        Encoding.UTF8.GetBytes(
            $",\"limit\":{setting.Of(kind, isProbabilistic)},"
            + $"\"setting\":\"{setting.PathOf(kind, isProbabilistic)}\"}}");
}
