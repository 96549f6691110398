using System.Globalization;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// A conversion with the touches of its person. Immutable.
/// </summary>
public sealed record History(Touch[] Touches, Conversion Conversion)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"conversion {Conversion.TimeMillis} {Conversion.RevenueTenThousandths}: ")
        + string.Join(", ", Touches.Select(t => $"{t.Kind} {t.TimeMillis} {t.EventId.High:x} {t.IsDirect}"));
}

/// <summary>
/// Makes touches, histories and results for tests. Stateless.
/// </summary>
internal static class Histories
{
    public const long Hour = 3_600_000;
    public const long Day = 24 * Hour;

    /// <summary>When conversions of golden cases happen: 2026-06-15 12:00 UTC.</summary>
    public const long Noon = 1_781_524_800_000;

    public static Touch Touch(long timeMillis, TouchKind kind = TouchKind.Click, bool direct = false) =>
        new() { TimeMillis = timeMillis, Kind = kind, Flags = direct ? TouchFlags.Direct : TouchFlags.None };

    public static Conversion Conversion(long revenueTenThousandths = 0, long timeMillis = Noon) =>
        new() { TimeMillis = timeMillis, RevenueTenThousandths = revenueTenThousandths };

    public static SpreadResult Attribute(
        AttributionConfig config, Conversion conversion, params Touch[] touches)
    {
        return Attribute(new AttributionResult(config), conversion, touches);
    }

    /// <summary>The same into a result that is used again.</summary>
    public static SpreadResult Attribute(
        AttributionResult result, Conversion conversion, params Touch[] touches)
    {
        var history = new PersonHistory
        {
            Touches = touches,
            Conversions = [conversion],
            Texts = InlineTexts.Instance,
        };
        new Attributor(result.Config).Attribute(history, 0, result);
        return new SpreadResult(result, touches.Length);
    }

    public static int CompareInTotalOrder(Touch a, Touch b) =>
        a.TimeMillis != b.TimeMillis
            ? a.TimeMillis.CompareTo(b.TimeMillis)
            : (a.EventId.High, a.EventId.Low).CompareTo((b.EventId.High, b.EventId.Low));

    /// <summary>
    /// Histories in total order: touches from 40 days before to 2 days after the conversion, many at one time
    /// and at the windows' edges; revenues from tiny to the greatest, of both signs.
    /// </summary>
    public static Arbitrary<History> Arbitrary() =>
        Gen.Choose(0, 24).SelectMany(count => TouchGen().ArrayOf(count))
            .SelectMany(touches => RevenueGen(), (touches, revenue) => ToHistory(touches, revenue))
            .ToArbitrary();

    private static Gen<Touch> TouchGen() =>
        from offset in Gen.Frequency(
            (6, Gen.Choose(-2 * 24, 40 * 24).Select(hours => hours * Hour)),
            (3, Gen.Choose(-2000, 40 * 86_400).Select(seconds => (seconds * 1000L) + 7)),
            (2, Gen.Elements(-1, 0, 1, (30 * Day) - 1, 30 * Day, (30 * Day) + 1)),
            (2, Gen.Constant(3 * Day)))
        from kind in Gen.Elements(Enum.GetValues<TouchKind>())
        from direct in Gen.Choose(0, 3)
        select Touch(Noon - offset, kind, direct == 0);

    private static Gen<long> RevenueGen() =>
        Gen.OneOf(
            Gen.Choose(-300, 300).Select(value => (long)value),
            Gen.Choose(0, int.MaxValue).Select(value => (long)value),
            Gen.Choose(int.MinValue, int.MaxValue).Select(value => value * 4_000_000_037L),
            Gen.Elements(long.MinValue, long.MinValue + 1, long.MaxValue, 0L, 1L, -1L));

    private static History ToHistory(Touch[] touches, long revenue)
    {
        for (int i = 0; i < touches.Length; i++)
        {
            CompactId.TryPack(BitConverter.GetBytes(i * 7919 % 65_537), out CompactId id);
            touches[i].EventId = id;
        }

        Array.Sort(touches, CompareInTotalOrder);
        return new History(touches, Conversion(revenue));
    }
}
