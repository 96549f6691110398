using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// Shares one conversion among the touches before it, under every model of one config.
/// Immutable: any number of threads may share it, each with a result of its own.
/// </summary>
public sealed class Attributor
{
    /// <summary>What the credits of a conversion sum to.</summary>
    public const uint WholeCredit = 1_000_000;

    private readonly ModelPlan[] _models;
    private readonly EligibilityRules _eligibility;
    private readonly ReengagementRules _reengagements;
    private readonly DecayWeigher _decay;
    private readonly bool _knowsInstalls;
    private readonly bool _hasMmp;
    private readonly bool _hasRetargeting;
    private readonly bool _hasMilestones;

    public Attributor(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _models = [.. config.Models.Select(model => new ModelPlan(model, config))];
        _eligibility = new EligibilityRules(config);
        _reengagements = new ReengagementRules(config, _eligibility);
        _decay = new DecayWeigher(config.TimeDecay);
        _knowsInstalls = config.KnowsInstalls;
        _hasMmp = _models.Any(model => model.Kind == CreditModel.Mmp);
        _hasRetargeting = _models.Any(model => model.Kind == CreditModel.MmpRetargeting);
        _hasMilestones = _models.Any(model => model.Milestone is not null);
    }

    public AttributionConfig Config { get; }

    /// <summary>
    /// Fills <paramref name="result"/>; allocates nothing once its buffers are large enough.
    /// </summary>
    /// <param name="history">Everything known of the conversion's person.</param>
    /// <param name="conversion">Index into the history's conversions.</param>
    /// <param name="result">Overwritten; made for the same config.</param>
    public void Attribute(in PersonHistory history, int conversion, AttributionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!ReferenceEquals(result.Config, Config))
            throw new ArgumentException("The result was made for another config.", nameof(result));

        result.Begin(conversion);
        _eligibility.Judge(history, conversion, result.Judged, result.Repeats);
        var winners = new MobileWinners(-1, -1);
        if (_knowsInstalls)
            winners = DecideInstalls(history, conversion, result);
        MilestoneTouches milestones = _hasMilestones && result.EligibleCount > 1
            ? MilestoneTouches.Find(history, conversion, result.Judged, Config.MaxLookbackMillis)
            : MilestoneTouches.None;

        for (int model = 0; model < _models.Length; model++)
        {
            if (_models[model].HasWinner)
                ShareToWinner(model, history, winners, result);
            else if (result.EligibleCount > 0)
                Share(model, history, milestones, result);
        }
    }

    private MobileWinners DecideInstalls(in PersonHistory history, int conversion, AttributionResult result)
    {
        ref readonly Conversion converted = ref history.Conversions[conversion];
        if (converted.Kind == ConversionKind.Install)
        {
            int own = _hasMmp || _hasRetargeting ? Waterfall.Winner(history.Touches, result.Eligible) : -1;
            int first = _eligibility.Cycles.FirstOfCycle(history.Conversions, conversion);
            if (first < 0)
                return new MobileWinners(own, -1);

            result.Verdict = VerdictOfReinstall(result.Judged);
            result.Install = first;
            result.InstallAgeMillis = converted.TimeMillis - history.Conversions[first].TimeMillis;
            return new MobileWinners(own, own);
        }

        if (_hasRetargeting)
            result.Reengagement = _reengagements.Find(history, conversion, result.Repeats);
        int winner = _hasMmp ? WinnerOfInstallInForce(history, conversion, result) : -1;
        return new MobileWinners(winner, result.Reengagement.Touch);
    }

    /// <summary>The touch that earned the person's install, which earns what follows it, or −1.</summary>
    private int WinnerOfInstallInForce(in PersonHistory history, int conversion, AttributionResult result)
    {
        int install = _eligibility.Cycles.InForce(history, conversion);
        if (install < 0)
            return Waterfall.Winner(history.Touches, result.Eligible);

        _eligibility.Judge(history, install, result.InstallJudged, result.Repeats);
        result.Install = install;
        result.InstallAgeMillis =
            history.Conversions[conversion].TimeMillis - history.Conversions[install].TimeMillis;
        if (_eligibility.Cycles.FirstOfCycle(history.Conversions, install) >= 0)
            result.InstallVerdict = VerdictOfReinstall(result.InstallJudged);
        return Waterfall.Winner(history.Touches, result.InstallJudged.Eligible);
    }

    private static ConversionVerdict VerdictOfReinstall(JudgedTouches judged) =>
        judged.EligibleCount > 0 ? ConversionVerdict.Reattributed : ConversionVerdict.Reinstall;

    private void ShareToWinner(
        int model, in PersonHistory history, MobileWinners mobile, AttributionResult result)
    {
        ReadOnlySpan<int> eligible = result.Eligible;
        int winner = _models[model].Kind switch
        {
            CreditModel.Mmp => mobile.Mmp,
            CreditModel.MmpRetargeting => mobile.Retargeting,
            _ when eligible.IsEmpty => -1,
            CreditModel.First => eligible[0],
            CreditModel.Last => eligible[^1],
            _ => LastNonDirect(history.Touches, eligible),
        };
        if (winner >= 0)
            result.AddShare(model, Whole(winner, history.Conversions[result.Conversion]));
    }

    private static int LastNonDirect(ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible)
    {
        for (int i = eligible.Length - 1; i >= 0; i--)
        {
            if (!touches[eligible[i]].IsDirect)
                return eligible[i];
        }

        return eligible[^1];
    }

    private void Share(
        int model, in PersonHistory history, MilestoneTouches milestones, AttributionResult result)
    {
        ref readonly Conversion conversion = ref history.Conversions[result.Conversion];
        ReadOnlySpan<int> eligible = result.Eligible;
        ModelPlan plan = _models[model];
        if (plan.Kind == CreditModel.Participation)
        {
            foreach (int touch in eligible)
                result.AddShare(model, Whole(touch, conversion));
            return;
        }

        if (eligible.Length == 1 && plan.Fitted is null)
        {
            result.AddShare(model, Whole(eligible[0], conversion));
            return;
        }

        Span<ulong> weights = result.Weights.AsSpan(0, eligible.Length);
        ulong sum = plan switch
        {
            { Position: { } position } => position.Weigh(weights),
            { Milestone: { } milestone } => milestone.Weigh(milestones, weights),
            { Fitted: { } fitted } =>
                fitted.Weigh(history.Touches, eligible, result.ChannelCounts, weights),
            { Kind: CreditModel.TimeDecay } =>
                _decay.Weigh(history.Touches, eligible, conversion.TimeMillis, weights),
            _ => 0,
        };
        if (sum == 0 && plan.Kind != CreditModel.Linear)
            result.SetFallback(model);
        SplitByWeight(model, conversion.RevenueTenThousandths, weights, sum, result);
    }

    /// <param name="sum">Of the weights; 0 to share evenly.</param>
    private static void SplitByWeight(
        int model, long revenue, ReadOnlySpan<ulong> weights, ulong sum, AttributionResult result)
    {
        // A refund is shared like the payment it takes back, with the sign turned.
        ulong amount = revenue < 0 ? 0UL - (ulong)revenue : (ulong)revenue;
        Span<ulong> credits = result.Portions.AsSpan(0, weights.Length);
        Span<ulong> values = result.Values.AsSpan(0, weights.Length);
        Split(WholeCredit, weights, sum, credits, result.Apportionment);
        if (amount == 0)
            values.Clear();
        else
            Split(amount, weights, sum, values, result.Apportionment);

        ReadOnlySpan<int> eligible = result.Eligible;
        for (int i = 0; i < credits.Length; i++)
        {
            if (credits[i] == 0 && values[i] == 0)
                continue;
            long value = revenue < 0 ? (long)(0UL - values[i]) : (long)values[i];
            result.AddShare(model, new CreditShare(eligible[i], (uint)credits[i], value));
        }
    }

    private static void Split(
        ulong total, ReadOnlySpan<ulong> weights, ulong sum, Span<ulong> shares, Apportionment apportionment)
    {
        if (sum == 0)
            Apportionment.SplitEvenly(total, shares);
        else
            apportionment.Split(total, weights, sum, shares);
    }

    private static CreditShare Whole(int touch, in Conversion conversion) =>
        new(touch, WholeCredit, conversion.RevenueTenThousandths);

    /// <summary>Who takes everything under the two models of mobile measurement; −1 for nobody.</summary>
    private readonly record struct MobileWinners(int Mmp, int Retargeting);
}
