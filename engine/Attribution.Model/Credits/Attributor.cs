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

    private readonly CreditModel[] _models;
    private readonly long[] _lookbackMillis;

    public Attributor(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _models = [.. config.Models];
        _lookbackMillis = new long[Enum.GetValues<TouchKind>().Length + 1];
        foreach (TouchKind kind in Enum.GetValues<TouchKind>())
            _lookbackMillis[(int)kind] = config.LookbackMillis(kind);
    }

    public AttributionConfig Config { get; }

    /// <summary>Fills <paramref name="result"/>; allocates nothing.</summary>
    /// <param name="touches">
    /// The history in total order (time, event id), at most the result's capacity.
    /// </param>
    /// <param name="conversion">The conversion to share.</param>
    /// <param name="result">Overwritten; made for the same config.</param>
    public void Attribute(ReadOnlySpan<Touch> touches, in Conversion conversion, AttributionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (!ReferenceEquals(result.Config, Config))
            throw new ArgumentException("The result was made for another config.", nameof(result));

        result.Begin(touches.Length);
        for (int i = touches.Length - 1; i >= 0; i--)
            result.Judge(i, Verdict(touches[i], conversion.TimeMillis));

        for (int model = 0; model < _models.Length; model++)
        {
            Span<uint> credits = result.CreditsOf(model);
            Span<long> values = result.ValuesOf(model);
            credits.Clear();
            values.Clear();
            if (result.EligibleCount > 0)
                Share(_models[model], touches, conversion.RevenueTenThousandths, result, credits, values);
        }
    }

    private TouchVerdict Verdict(in Touch touch, long conversionMillis)
    {
        if (touch.TimeMillis > conversionMillis)
            return TouchVerdict.AfterConversion;

        // Unsigned, so that the difference of any two times is right.
        ulong ageMillis = (ulong)(conversionMillis - touch.TimeMillis);
        return ageMillis <= (ulong)_lookbackMillis[(int)touch.Kind]
            ? TouchVerdict.Eligible
            : TouchVerdict.OutsideWindow;
    }

    private void Share(
        CreditModel model, ReadOnlySpan<Touch> touches, long revenue, AttributionResult result,
        Span<uint> credits, Span<long> values)
    {
        ReadOnlySpan<int> eligible = result.Eligible;
        int winner = Winner(model, touches, eligible);
        if (winner >= 0)
        {
            credits[winner] = WholeCredit;
            values[winner] = revenue;
            return;
        }

        Span<ulong> weights = result.Weights.AsSpan(0, eligible.Length);
        Span<ulong> shares = result.Shares.AsSpan(0, eligible.Length);
        ulong weightSum = Weigh(model, touches, eligible, weights);

        result.Apportionment.Split(WholeCredit, weights, weightSum, shares);
        for (int i = 0; i < eligible.Length; i++)
            credits[eligible[i]] = (uint)shares[i];

        if (revenue == 0)
            return;

        // A refund is shared like the payment it takes back, with the sign turned.
        ulong amount = revenue < 0 ? 0UL - (ulong)revenue : (ulong)revenue;
        result.Apportionment.Split(amount, weights, weightSum, shares);
        for (int i = 0; i < eligible.Length; i++)
            values[eligible[i]] = revenue < 0 ? (long)(0UL - shares[i]) : (long)shares[i];
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
            if (touches[eligible[i]].IsDirect == 0)
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
        ulong halfLifeMillis = (ulong)Config.TimeDecayHalfLifeMillis;
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
        if (weights.Length == 2 && Config.PositionFirst + Config.PositionLast == 0)
            return WeighEqually(weights);

        // Times the number in the middle, so that each of them has a whole weight.
        ulong middleCount = (ulong)Math.Max(weights.Length - 2, 1);
        weights.Fill((ulong)Config.PositionMiddle);
        weights[0] = (ulong)Config.PositionFirst * middleCount;
        weights[^1] = (ulong)Config.PositionLast * middleCount;
        return weights.Length == 2 ? weights[0] + weights[1] : WholeCredit * middleCount;
    }
}
