using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Credits;

/// <remarks>
/// What must hold for every history. Each property runs over thousands of them; the generator puts many
/// touches at equal times and at the windows' edges, where the mistakes are.
/// </remarks>
public class AttributorPropertyTests
{
    private const int Cases = 3_000;
    private static readonly AttributionConfig Config = AttributionConfig.Parse(
        """{"max_touches":9,"windows":{"view":"1d","referrer":"7d"}}"""u8);

    [Fact]
    public void CreditsAndValues_OfEveryModel_SumExactly() =>
        ForAll(history =>
        {
            SpreadResult result = Attribute(history);
            return Models(model =>
            {
                long credits = result.Credits(model).Sum(credit => (long)credit);
                Int128 values = 0;
                foreach (long value in result.Values(model))
                    values += value;
                return result.EligibleCount == 0
                    ? credits == 0 && values == 0
                    : credits == 1_000_000 && values == history.Conversion.RevenueTenThousandths;
            });
        });

    [Fact]
    public void Credit_OfATouchThatIsNotEligible_IsNone() =>
        ForAll(history =>
        {
            SpreadResult result = Attribute(history);
            return Models(model => Enumerable.Range(0, history.Touches.Length).All(i =>
                IsInside(history, i) && result.Verdicts[i] == TouchVerdict.Eligible
                || (result.Credits(model)[i] == 0 && result.Values(model)[i] == 0)));
        });

    [Fact]
    public void Verdict_OfEveryTouch_IsWhatTheWindowSays() =>
        ForAll(history =>
        {
            SpreadResult result = Attribute(history);
            int inside = Enumerable.Range(0, history.Touches.Length).Count(i => IsInside(history, i));
            return result.EligibleCount == Math.Min(inside, Config.MaxTouchesPerConversion)
                && result.OverLimitCount == inside - result.EligibleCount
                && Enumerable.Range(0, history.Touches.Length).All(i =>
                    IsInside(history, i)
                    == (result.Verdicts[i] is TouchVerdict.Eligible or TouchVerdict.OverLimit));
        });

    /// <summary>
    /// Whatever order the touches arrived in: once in total order, they give the same bytes.
    /// </summary>
    [Fact]
    public void Result_OfAnyArrivalOrder_IsTheSame() =>
        ForAll(history =>
        {
            Touch[] shuffled = [.. history.Touches];
            new Random(history.Touches.Length).Shuffle(shuffled);
            Array.Sort(shuffled, Histories.CompareInTotalOrder);
            return AreEqual(Attribute(history), Attribute(history with { Touches = shuffled }));
        });

    /// <summary>
    /// A touch that is too old or too late takes nothing and changes nothing for the others.
    /// </summary>
    [Fact]
    public void Result_WithAnIneligibleTouchMore_IsTheSameForTheOthers() =>
        ForAll(history =>
        {
            Touch old = Histories.Touch(Histories.Noon - (90 * Histories.Day));
            Touch late = Histories.Touch(Histories.Noon + (90 * Histories.Day));
            SpreadResult before = Attribute(history);
            SpreadResult after = Attribute(history with { Touches = [old, .. history.Touches, late] });
            return Models(model =>
                before.Credits(model).SequenceEqual(after.Credits(model).Skip(1).SkipLast(1))
                && before.Values(model).SequenceEqual(after.Values(model).Skip(1).SkipLast(1)));
        });

    [Fact]
    public void Values_OfARefund_MirrorThoseOfThePayment() =>
        ForAll(history =>
        {
            long revenue = Math.Max(history.Conversion.RevenueTenThousandths, -long.MaxValue);
            Conversion payment = history.Conversion with { RevenueTenThousandths = revenue };
            Conversion refund = history.Conversion with { RevenueTenThousandths = -revenue };
            SpreadResult paid = Attribute(history with { Conversion = payment });
            SpreadResult refunded = Attribute(history with { Conversion = refund });
            return Models(model => paid.Values(model).Zip(refunded.Values(model))
                .All(pair => pair.First == -pair.Second));
        });

    /// <summary>Time shifted as a whole changes nothing: there is no clock in the function.</summary>
    [Fact]
    public void Result_OfAHistoryShiftedInTime_IsTheSame() =>
        ForAll(history =>
        {
            const long Shift = -1_234_567_891L;
            Touch[] touches = [.. history.Touches.Select(t => t with { TimeMillis = t.TimeMillis + Shift })];
            Conversion conversion = history.Conversion;
            conversion.TimeMillis += Shift;
            return AreEqual(Attribute(history), Attribute(new History(touches, conversion)));
        });

    /// <summary>The real-valued model, computed the naive way, is never more than a rounding away.</summary>
    [Fact]
    public void TimeDecay_OfEveryTouch_IsWithinTheStatedErrorOfTheRealNumber() =>
        ForAll(history =>
        {
            SpreadResult result = Attribute(history);
            double[] weights =
            [
                .. result.Eligible
                    .Select(i => (double)(history.Touches[i].TimeMillis - Histories.Noon))
                    .Select(negativeAge => Math.Pow(2, negativeAge / Config.TimeDecay.HalfLifeMillis)),
            ];
            double sum = weights.Sum();
            uint[] credits = result.Credits((int)CreditModel.TimeDecay);
            return result.Eligible.Zip(weights).All(pair =>
                Math.Abs(credits[pair.First] - (pair.Second / sum * 1e6)) < 1.003);
        });

    [Fact]
    public void EqualTimes_UnderTimeDecay_DifferByOneMillionthAtMostAndTheEarlierIdHasIt() =>
        ForAll(history =>
        {
            SpreadResult result = Attribute(history);
            uint[] credits = result.Credits((int)CreditModel.TimeDecay);
            int[] eligible = result.Eligible;
            return eligible.Zip(eligible.Skip(1)).All(pair =>
                history.Touches[pair.First].TimeMillis != history.Touches[pair.Second].TimeMillis
                || credits[pair.First] - credits[pair.Second] <= 1);
        });

    private static void ForAll(Func<History, bool> holds) =>
        Prop.ForAll(Histories.Arbitrary(), holds).CheckThrow(Cases);

    private static SpreadResult Attribute(History history) =>
        Histories.Attribute(Config, history.Conversion, history.Touches);

    private static bool Models(Func<int, bool> holds) => Enumerable.Range(0, Config.Models.Count).All(holds);

    private static bool IsInside(History history, int touch)
    {
        Touch t = history.Touches[touch];
        long age = history.Conversion.TimeMillis - t.TimeMillis;
        return age >= 0 && age <= Config.Windows.Settings[0].Of(t.Kind, false);
    }

    private static bool AreEqual(SpreadResult a, SpreadResult b) =>
        a.Verdicts.SequenceEqual(b.Verdicts)
        && Models(model => a.Credits(model).SequenceEqual(b.Credits(model))
            && a.Values(model).SequenceEqual(b.Values(model)));
}
