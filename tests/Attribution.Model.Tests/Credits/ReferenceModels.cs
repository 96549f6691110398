using System.Numerics;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Credits;

/// <summary>
/// The models written as plainly as they can be read in docs/attribution.md, in exact fractions. For
/// comparison only.
/// </summary>
internal sealed class ReferenceModels(Person person)
{
    private readonly AttributionConfig _config = person.Config;

    public ReferenceRules Rules { get; } = new(person);

    /// <summary>Credit and value by touch.</summary>
    public Dictionary<int, (long Credit, long Value)> Shares(int conversion, ModelSpec model)
    {
        Conversion converted = person.Conversions[conversion];
        int[] eligible = Rules.Eligible(conversion);
        if (model.Kind is CreditModel.Mmp or CreditModel.MmpRetargeting)
        {
            int winner = model.Kind == CreditModel.Mmp ? Mmp(conversion) : Retargeting(conversion);
            return winner < 0 ? [] : new() { [winner] = (1_000_000, converted.RevenueTenThousandths) };
        }

        if (eligible.Length == 0)
            return [];
        if (model.Kind == CreditModel.Participation)
            return eligible.ToDictionary(i => i, _ => (1_000_000L, converted.RevenueTenThousandths));

        Fraction[] weights = Weights(conversion, model, eligible);
        if (weights.All(weight => weight.IsZero))
            weights = [.. eligible.Select(_ => (Fraction)1)];
        BigInteger[] credits = Fraction.Apportion(1_000_000, weights);
        BigInteger[] values = Fraction.Apportion(BigInteger.Abs(converted.RevenueTenThousandths), weights);
        int sign = converted.RevenueTenThousandths < 0 ? -1 : 1;
        return Enumerable.Range(0, eligible.Length).Where(i => credits[i] != 0 || values[i] != 0)
            .ToDictionary(i => eligible[i], i => ((long)credits[i], (long)(sign * values[i])));
    }

    /// <summary>The real-valued weights of time decay.</summary>
    public double[] Decay(int conversion)
    {
        TimeDecayConfig decay = _config.TimeDecay;
        long now = person.Conversions[conversion].TimeMillis;
        int[] eligible = Rules.Eligible(conversion);
        double[] ages =
        [
            .. eligible.Select(i => now - person.Touches[i].TimeMillis).Select(age =>
                decay.StepMillis == 0
                    ? (double)age
                    : Math.Floor((double)age / decay.StepMillis) * decay.StepMillis),
        ];
        double[] weights = [.. ages.Select(age => Math.Pow(2, (ages[^1] - age) / decay.HalfLifeMillis))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private Fraction[] Weights(int conversion, ModelSpec model, int[] eligible) => model.Kind switch
    {
        CreditModel.First => One(eligible, 0),
        CreditModel.Last => One(eligible, eligible.Length - 1),
        CreditModel.LastNonDirect => One(eligible, Array.FindLastIndex(
            eligible, i => !person.Touches[i].IsDirect) is >= 0 and int last ? last : eligible.Length - 1),
        CreditModel.PositionBased => ByPosition(_config.PositionBased, eligible.Length),
        CreditModel.JShaped => ByPosition(_config.JShaped, eligible.Length),
        CreditModel.InverseJ => ByPosition(_config.InverseJ, eligible.Length),
        CreditModel.Custom => ByPosition(_config.CustomWeights[model.Custom], eligible.Length),
        CreditModel.WShaped => ByMilestone(conversion, _config.WShaped, eligible, false),
        CreditModel.FullPath => ByMilestone(conversion, _config.FullPath, eligible, true),
        CreditModel.Markov => ByTable(_config.Markov!, eligible),
        CreditModel.Shapley => ByTable(_config.Shapley!, eligible),
        _ => [.. eligible.Select(_ => (Fraction)1)],
    };

    private static Fraction[] One(int[] eligible, int winner) =>
        [.. eligible.Select((_, i) => (Fraction)(i == winner ? 1 : 0))];

    private static Fraction[] ByPosition(PositionWeights positions, int count)
    {
        int between = count - positions.First.Count - positions.Last.Count;
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                int fromEnd = positions.Last.Count - (count - i);
                bool isFirst = i < positions.First.Count;
                Fraction named = (isFirst ? (Fraction)positions.First[i] : Fraction.Zero)
                    + (fromEnd >= 0 ? positions.Last[fromEnd] : Fraction.Zero);
                return isFirst || fromEnd >= 0 ? named : (Fraction)positions.Rest / between;
            }),
        ];
    }

    private Fraction[] ByMilestone(
        int conversion, MilestoneWeights milestones, int[] eligible, bool namesLast)
    {
        int lead = InEffect(conversion, MilestoneKind.Lead, eligible);
        int opportunity = InEffect(conversion, MilestoneKind.Opportunity, eligible);
        (int Position, int Weight)[] named =
        [
            .. new[]
            {
                (0, milestones.First), (lead, milestones.Lead), (opportunity, milestones.Opportunity),
                (namesLast ? eligible.Length - 1 : -1, milestones.Last),
            }.Where(pair => pair.Item1 >= 0),
        ];
        int happened = named.Sum(pair => pair.Weight);
        int others = Enumerable.Range(0, eligible.Length).Count(i => named.All(pair => pair.Position != i));
        Fraction all = others == 0 ? 1_000_000 : 1_000_000 - milestones.Rest;
        return
        [
            .. Enumerable.Range(0, eligible.Length).Select(i =>
            {
                if (named.All(pair => pair.Position != i))
                    return happened == 0 ? (Fraction)1 : (Fraction)milestones.Rest / others;
                int own = named.Where(pair => pair.Position == i).Sum(pair => pair.Weight);
                return happened == 0 ? Fraction.Zero : own * all / happened;
            }),
        ];
    }

    private int InEffect(int conversion, MilestoneKind kind, int[] eligible)
    {
        Conversion converted = person.Conversions[conversion];
        int previous = Rules.PreviousCounted(conversion);
        Milestone[] inJourney =
        [
            .. person.Milestones.Where(m => m.Kind == kind && m.TimeMillis <= converted.TimeMillis
                && converted.TimeMillis - m.TimeMillis <= _config.MaxLookbackMillis
                && (previous < 0 || ReferenceRules.Order(m.TimeMillis, m.EventId,
                    person.Conversions[previous].TimeMillis, person.Conversions[previous].EventId) > 0)),
        ];
        return inJourney.Length == 0
            ? -1
            : Array.FindLastIndex(eligible, i => ReferenceRules.Order(
                person.Touches[i].TimeMillis, person.Touches[i].EventId,
                inJourney[0].TimeMillis, inJourney[0].EventId) <= 0);
    }

    /// <summary>In thousandths of a weight, rounded down.</summary>
    private Fraction[] ByTable(IFittedTable table, int[] eligible)
    {
        string[] channels = [.. eligible.Select(i => _config.Channels[person.Touches[i].Channel])];
        return
        [
            .. channels.Select((channel, i) => (Fraction)(long)(table.Weight(channel, i) * 1000
                / (ulong)(table.SharesWithinChannel ? channels.Count(c => c == channel) : 1))),
        ];
    }

    private int Mmp(int conversion)
    {
        long now = person.Conversions[conversion].TimeMillis;
        if (person.Conversions[conversion].Kind == ConversionKind.Install)
            return Waterfall(Rules.Eligible(conversion));
        int install = Rules.Installs().LastOrDefault(i => i < conversion, -1);
        bool isInForce = install >= 0
            && now - person.Conversions[install].TimeMillis <= _config.Installs.LifetimeMillis;
        return Waterfall(Rules.Eligible(isInForce ? install : conversion));
    }

    private int Waterfall(int[] eligible) => eligible
        .OrderBy(i => (person.Touches[i].Kind == TouchKind.View, person.Touches[i].IsProbabilistic) switch
        {
            (false, false) => 1,
            (false, true) => 2,
            (true, false) => 3,
            _ => 4,
        })
        .ThenByDescending(i => person.Touches[i].TimeMillis)
        .ThenByDescending(i => person.Touches[i].Kind == TouchKind.Referrer)
        .ThenByDescending(i => i)
        .FirstOrDefault(-1);

    private int Retargeting(int conversion)
    {
        if (person.Conversions[conversion].Kind == ConversionKind.Install)
        {
            return Rules.VerdictOf(conversion) == ConversionVerdict.Reattributed
                ? Waterfall(Rules.Eligible(conversion))
                : -1;
        }

        return Enumerable.Range(0, person.Touches.Length)
            .LastOrDefault(i => Reengages(i, person.Conversions[conversion].TimeMillis), -1);
    }

    private bool Reengages(int index, long now)
    {
        Touch touch = person.Touches[index];
        InstallConfig installs = _config.Installs;
        if (!touch.Flags.HasFlag(TouchFlags.Retargeting) || touch.Kind == TouchKind.View
            || touch.IsProbabilistic || touch.FraudRule > 0 || Rules.IsFlood(index)
            || Rules.IsDuplicate(index))
        {
            return false;
        }

        Milestone[] openings = [.. person.Milestones.Where(m => m.Kind == MilestoneKind.Open)];
        Milestone[] after = [.. openings.Where(m =>
            ReferenceRules.Order(m.TimeMillis, m.EventId, touch.TimeMillis, touch.EventId) >= 0)];
        if (after.Length == 0)
            return false;
        long opened = after[0].TimeMillis;
        bool wasActive = installs.InactivityMillis > 0
            && (openings.Any(m => m.TimeMillis < opened && opened - m.TimeMillis <= installs.InactivityMillis)
                || Rules.Installs().Select(i => person.Conversions[i].TimeMillis)
                    .Any(time => time < opened && opened - time <= installs.InactivityMillis));
        return !wasActive && opened <= now && now - opened <= installs.ReengagementMillis
            && Rules.IsInWindow(touch, opened - touch.TimeMillis)
            && Rules.Installs().Select(i => person.Conversions[i]).Any(install => ReferenceRules.Order(
                install.TimeMillis, install.EventId, touch.TimeMillis, touch.EventId) <= 0);
    }
}
