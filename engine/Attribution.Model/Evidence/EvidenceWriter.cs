using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Model.Evidence;

/// <summary>
/// Writes what a conversion's row keeps beside its credits, for one model: how many touches were looked at,
/// each one that got nothing with the rule and the numbers compared, and what limits had dropped. JSON, into
/// one buffer that is reused. Owned by one thread.
/// </summary>
/// <remarks>
/// What a row says of its candidates differs between models only in the last few words, so the rest is
/// written once per conversion and copied.
/// </remarks>
public sealed class EvidenceWriter
{
    private const int MaxTailBytes = JsonBuffer.MaxIdBytes + 256;
    private const int MaxHeadBytes = (4 * JsonBuffer.MaxIdBytes) + 1024;

    private readonly AttributionConfig _config;
    private readonly bool _knowsInstalls;
    private readonly ModelSpec[] _models;
    private readonly RejectionWriter _rejections;
    private readonly JsonBuffer _row = new(8 * 1024);

    /// <summary>Of each candidate the whole text, or of an eligible one all before its rule.</summary>
    private readonly JsonBuffer _candidates = new(8 * 1024);
    private readonly JsonBuffer _winner = new(MaxTailBytes);
    private int[] _ends = new int[128];
    private AttributionResult? _preparedResult;
    private long _preparedVersion;

    public EvidenceWriter(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _knowsInstalls = config.KnowsInstalls;
        _models = [.. config.Models];
        _rejections = new RejectionWriter(config);
    }

    /// <param name="result">What the attribution function last said of this very history.</param>
    /// <param name="model">Index into the config's models.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(
        in PersonHistory history, AttributionResult result, int model, in HistoryLimits limits)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(model, _models.Length);
        if (_preparedResult != result || _preparedVersion != result.Version)
            PrepareCandidates(history, result);

        _row.Clear();
        _row.Reserve(MaxHeadBytes);
        _row.Raw("{\"considered\":"u8);
        _row.Number(result.CandidateCount);
        _row.Raw(",\"eligible\":"u8);
        _row.Number(result.EligibleCount);
        if (!_models[model].IsSumming)
            _row.Raw(",\"summing\":false"u8);
        if (result.IsFallback(model))
            _row.Raw(",\"fallback\":\"linear\""u8);
        if (_knowsInstalls)
            WriteInstalls(history, result, _models[model].Kind);
        WriteDropped(limits, history.Conversions[result.Conversion].TimeMillis);
        WriteRejected(history, result, model);
        _row.Raw("}"u8);
        return _row.Written;
    }

    private void PrepareCandidates(in PersonHistory history, AttributionResult result)
    {
        _preparedResult = result;
        _preparedVersion = result.Version;
        _candidates.Clear();
        if (_ends.Length < result.CandidateCount)
            _ends = new int[Math.Max(result.CandidateCount, 2 * _ends.Length)];

        for (int i = 0; i < result.CandidateCount; i++)
        {
            _candidates.Reserve(JsonBuffer.MaxIdBytes + MaxTailBytes);
            ref readonly TouchJudgement judgement = ref result.Judgements[i];
            ref readonly Touch touch = ref history.Touches[result.CandidateStart + i];
            _candidates.Raw("{\"touch\":\""u8);
            WriteId(_candidates, history, touch.EventId);
            _candidates.Raw("\",\"time\":"u8);
            _candidates.Number(touch.TimeMillis);
            if (judgement.Verdict != TouchVerdict.Eligible)
                _rejections.Write(_candidates, history, touch, judgement);
            _ends[i] = _candidates.Length;
        }
    }

    private void WriteInstalls(in PersonHistory history, AttributionResult result, CreditModel model)
    {
        if (result.Verdict != ConversionVerdict.Counted)
        {
            _row.Raw(",\"conversion\":{\"rule\":\""u8);
            _row.Raw(Rule(result.Verdict));
            _row.Raw("\",\"install\":\""u8);
            WriteId(_row, history, history.Conversions[result.Install].EventId);
            WriteAge(result.InstallAgeMillis, _config.Installs.ReattributionMillis);
            _row.Raw("}"u8);
        }
        else if (model == CreditModel.Mmp && result.Install >= 0)
        {
            ref readonly Conversion install = ref history.Conversions[result.Install];
            _row.Raw(",\"install\":{\"id\":\""u8);
            WriteId(_row, history, install.EventId);
            WriteTimeAndAge(install.TimeMillis, result.InstallAgeMillis, _config.Installs.LifetimeMillis);
            if (result.InstallVerdict != ConversionVerdict.Counted)
            {
                _row.Raw(",\"rule\":\""u8);
                _row.Raw(Rule(result.InstallVerdict));
                _row.Raw("\""u8);
            }

            _row.Raw("}"u8);
        }
        else if (model == CreditModel.MmpRetargeting && result.Reengagement.Touch >= 0)
        {
            WriteReengagement(history, result);
        }
    }

    private void WriteReengagement(in PersonHistory history, AttributionResult result)
    {
        ref readonly Touch touch = ref history.Touches[result.Reengagement.Touch];
        ref readonly Milestone opening = ref history.Milestones[result.Reengagement.Opening];
        _row.Raw(",\"reengagement\":{\"touch\":\""u8);
        WriteId(_row, history, touch.EventId);
        _row.Raw("\",\"opening\":\""u8);
        WriteId(_row, history, opening.EventId);
        WriteTimeAndAge(
            opening.TimeMillis, history.Conversions[result.Conversion].TimeMillis - opening.TimeMillis,
            _config.Installs.ReengagementMillis);
        _row.Raw("}"u8);
    }

    private void WriteTimeAndAge(long time, long age, long limit)
    {
        _row.Raw("\",\"time\":"u8);
        _row.Number(time);
        _row.Raw(",\"age_ms\":"u8);
        _row.Number(age);
        _row.Raw(",\"limit_ms\":"u8);
        _row.Number(limit);
    }

    private void WriteAge(long age, long limit)
    {
        _row.Raw("\",\"age_ms\":"u8);
        _row.Number(age);
        _row.Raw(",\"limit_ms\":"u8);
        _row.Number(limit);
    }

    private void WriteDropped(in HistoryLimits limits, long conversionMillis)
    {
        if (limits.DroppedTouches > 0
            && limits.DroppedThroughMillis >= conversionMillis - _config.ReachMillis)
        {
            _row.Raw(",\"dropped_touches\":"u8);
            _row.Number(limits.DroppedTouches);
            _row.Raw(",\"dropped_through\":"u8);
            _row.Number(limits.DroppedThroughMillis);
            bool inWindow = limits.DroppedThroughMillis >= conversionMillis - _config.MaxLookbackMillis;
            _row.Raw(inWindow ? ",\"truncated\":true"u8 : ",\"truncated\":false"u8);
        }

        if (limits.MayBeIncomplete)
            _row.Raw(",\"may_be_incomplete\":true"u8);
    }

    private void WriteRejected(in PersonHistory history, AttributionResult result, int model)
    {
        ReadOnlySpan<CreditShare> shares = result.Shares(model);
        int winner = HasWinner(_models[model].Kind) && shares.Length > 0 ? shares[0].Touch : -1;
        PrepareWinner(history, winner);
        _row.Reserve(_candidates.Length + (result.EligibleCount * MaxTailBytes) + result.CandidateCount + 64);
        bool isFirst = true;
        int share = 0;
        for (int i = 0; i < result.CandidateCount; i++)
        {
            int touch = result.CandidateStart + i;
            while (share < shares.Length && shares[share].Touch < touch)
                share++;
            if (share < shares.Length && shares[share].Touch == touch)
                continue;

            _row.Raw(isFirst ? ",\"rejected\":["u8 : ","u8);
            isFirst = false;
            int start = i == 0 ? 0 : _ends[i - 1];
            _row.Raw(_candidates.Written[start.._ends[i]]);
            if (result.Judgements[i].Verdict == TouchVerdict.Eligible)
                WriteUncredited(history, result, _models[model].Kind, (touch, winner));
        }

        if (!isFirst)
            _row.Raw("]"u8);
    }

    /// <summary>The end of a row's every object that the winner decides: written once per row.</summary>
    private void PrepareWinner(in PersonHistory history, int winner)
    {
        _winner.Clear();
        if (winner >= 0)
        {
            _winner.Raw(",\"by\":\""u8);
            WriteId(_winner, history, history.Touches[winner].EventId);
            _winner.Raw("\""u8);
        }

        _winner.Raw("}"u8);
    }

    private void WriteUncredited(
        in PersonHistory history, AttributionResult result, CreditModel model, (int Touch, int Winner) pair)
    {
        ReadOnlySpan<byte> rule = EvidenceRules.OfUncredited(history, result, model, pair);
        _row.Raw(",\"rule\":\""u8);
        _row.Raw(rule);
        _row.Raw("\""u8);
        if (EvidenceRules.ComparesAges(rule))
        {
            long now = history.Conversions[result.Conversion].TimeMillis;
            _row.Raw(",\"found\":"u8);
            _row.Number(now - history.Touches[pair.Touch].TimeMillis);
            _row.Raw(",\"limit\":"u8);
            _row.Number(now - history.Touches[pair.Winner].TimeMillis);
        }

        _row.Raw(_winner.Written);
    }

    private static bool HasWinner(CreditModel model) => model is CreditModel.First or CreditModel.Last
        or CreditModel.LastNonDirect or CreditModel.Mmp or CreditModel.MmpRetargeting;

    private static ReadOnlySpan<byte> Rule(ConversionVerdict verdict) =>
        verdict == ConversionVerdict.Reinstall ? "reinstall"u8 : "reattributed"u8;

    private static void WriteId(JsonBuffer target, in PersonHistory history, in CompactId id)
    {
        Span<byte> text = stackalloc byte[36];
        target.Escaped(history.Texts.EventId(id, text));
    }
}
