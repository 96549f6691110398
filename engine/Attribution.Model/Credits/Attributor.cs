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

    private readonly ModelSpec[] _models;
    private readonly WindowSetting[] _windows;

    public Attributor(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _models = [.. config.Models];
        _windows = [.. config.Windows.Settings];
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

        ref readonly Conversion converted = ref history.Conversions[conversion];
        (int start, int count) = Candidates(history.Touches, converted.TimeMillis);
        result.Begin(conversion, start, count);
        ReadOnlySpan<Touch> candidates = history.Touches.Slice(start, count);
        for (int i = count - 1; i >= 0; i--)
            result.Judge(i, Judge(candidates[i], converted.TimeMillis));

        for (int model = 0; model < _models.Length && result.EligibleCount > 0; model++)
            Share(model, history.Touches, converted.RevenueTenThousandths, result);
    }

    /// <summary>The touches that the evidence speaks of: a run, since touches are in order.</summary>
    private (int Start, int Count) Candidates(ReadOnlySpan<Touch> touches, long conversionMillis)
    {
        long oldest = conversionMillis - Config.MaxLookbackMillis - Config.Candidates.BeforeMillis;
        long newest = conversionMillis + Config.Candidates.AfterMillis;
        int end = touches.Length;
        while (end > 0 && touches[end - 1].TimeMillis > newest)
            end--;
        int start = end;
        while (start > 0 && touches[start - 1].TimeMillis >= oldest)
            start--;
        return (start, end - start);
    }

    private TouchJudgement Judge(in Touch touch, long conversionMillis)
    {
        long age = conversionMillis - touch.TimeMillis;
        if (age < 0)
            return new TouchJudgement { Verdict = TouchVerdict.AfterConversion, Related = -1, Found = age };

        long window = _windows[touch.Window].Of(touch.Kind, touch.IsProbabilistic);
        return new TouchJudgement
        {
            Verdict = age <= window ? TouchVerdict.Eligible : TouchVerdict.OutsideWindow,
            Related = -1,
            Found = age,
            Limit = window,
        };
    }

    private void Share(int model, ReadOnlySpan<Touch> touches, long revenue, AttributionResult result)
    {
        ReadOnlySpan<int> eligible = result.Eligible;
        CreditModel kind = _models[model].Kind;
        int winner = Winner(kind, touches, eligible);
        if (winner >= 0)
        {
            result.AddShare(model, new CreditShare(winner, WholeCredit, revenue));
            return;
        }

        Span<ulong> weights = result.Weights.AsSpan(0, eligible.Length);
        Span<ulong> credits = result.Portions.AsSpan(0, eligible.Length);
        ulong weightSum = Weigh(kind, touches, eligible, weights);
        result.Apportionment.Split(WholeCredit, weights, weightSum, credits);

        // A refund is shared like the payment it takes back, with the sign turned.
        ulong amount = revenue < 0 ? 0UL - (ulong)revenue : (ulong)revenue;
        Span<ulong> values = result.Values.AsSpan(0, eligible.Length);
        values.Clear();
        if (amount != 0)
            result.Apportionment.Split(amount, weights, weightSum, values);
        for (int i = 0; i < eligible.Length; i++)
        {
            if (credits[i] == 0 && values[i] == 0)
                continue;
            long value = revenue < 0 ? (long)(0UL - values[i]) : (long)values[i];
            result.AddShare(model, new CreditShare(eligible[i], (uint)credits[i], value));
        }
    }

    /// <summary>The touch that takes everything, or −1 where the model shares.</summary>
    private static int Winner(CreditModel model, ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible)
    {
        if (eligible.Length == 1 || model == CreditModel.First)
            return eligible[0];
        if (model == CreditModel.Last)
            return eligible[^1];
        return model == CreditModel.LastNonDirect ? LastNonDirect(touches, eligible) : -1;
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

    /// <summary>Gives each of at least two eligible touches its weight.</summary>
    /// <returns>The sum of the weights.</returns>
    private ulong Weigh(
        CreditModel model, ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible, Span<ulong> weights) =>
        model switch
        {
            CreditModel.TimeDecay => WeighByAge(touches, eligible, weights),
            CreditModel.PositionBased => WeighByPosition(weights),
            _ => WeighEqually(weights),
        };

    private static ulong WeighEqually(Span<ulong> weights)
    {
        weights.Fill(1);
        return (ulong)weights.Length;
    }

    /// <summary>2^(−age ÷ half-life), the age counted from the newest touch: the shares are the same as if
    /// counted
    /// from the conversion, and the newest weight is never 0, however old the whole journey is.</summary>
    private ulong WeighByAge(ReadOnlySpan<Touch> touches, ReadOnlySpan<int> eligible, Span<ulong> weights)
    {
        long newestMillis = touches[eligible[^1]].TimeMillis;
        ulong halfLifeMillis = (ulong)Config.TimeDecay.HalfLifeMillis;
        ulong sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            ulong ageMillis = (ulong)(newestMillis - touches[eligible[i]].TimeMillis);
            weights[i] = DecayTable.Weight(DecayTable.Exponent(ageMillis, halfLifeMillis));
            sum += weights[i];
        }

        return sum;
    }

    /// <summary>
    /// First and last by the config, the rest split evenly; of two, first and last in their proportion.
    /// </summary>
    private ulong WeighByPosition(Span<ulong> weights)
    {
        if (weights.Length == 2 && Config.PositionBased.First[0] + Config.PositionBased.Last[0] == 0)
            return WeighEqually(weights);

        // Times the number in the middle, so that each of them has a whole weight.
        ulong middleCount = (ulong)Math.Max(weights.Length - 2, 1);
        weights.Fill((ulong)Config.PositionBased.Rest);
        weights[0] = (ulong)Config.PositionBased.First[0] * middleCount;
        weights[^1] = (ulong)Config.PositionBased.Last[0] * middleCount;
        return weights.Length == 2 ? weights[0] + weights[1] : WholeCredit * middleCount;
    }
}
