using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Credits;

/// <remarks>
/// Floating point serves here as the reference only: its own error, 1e-15, is far below the bound that is
/// checked.
/// </remarks>
public class DecayTableTests
{
    private const ulong Week = 7 * 86_400_000;
    private const double RelativeBound = 1.4e-9;

    [Fact]
    public void Weight_OfWholeHalfLives_IsExact()
    {
        for (int n = 0; n <= DecayTable.WeightBits; n++)
        {
            ulong exponent = DecayTable.Exponent((ulong)n * Week, Week);
            Assert.Equal(1UL << (DecayTable.WeightBits - n), DecayTable.Weight(exponent));
        }
    }

    [Theory]
    [InlineData(60_000UL)]
    [InlineData(86_400_000UL)]
    [InlineData(Week)]
    [InlineData(365 * 86_400_000UL)]
    public void Weight_AnyAge_IsWithinTheStatedError(ulong halfLife)
    {
        var random = new Random(17);
        for (int i = 0; i < 20_000; i++)
        {
            ulong age = (ulong)random.NextInt64((long)Math.Min(20 * halfLife, 365 * 86_400_000UL) + 1);
            double exact = Math.Pow(2, -(double)age / halfLife);

            double weight = DecayTable.Weight(DecayTable.Exponent(age, halfLife)) / Math.Pow(2, 40);

            // The last term is the cut to whole numbers, relative to the newest touch's weight of 1.
            double bound = exact * RelativeBound;
            Assert.InRange(weight, exact - bound - Math.Pow(2, -40), exact + bound);
        }
    }

    [Fact]
    public void Weight_OlderTouch_IsNeverHeavier()
    {
        ulong previous = ulong.MaxValue;
        for (ulong age = 0; age < 60 * Week; age += 97_001)
        {
            ulong weight = DecayTable.Weight(DecayTable.Exponent(age, Week));
            Assert.True(weight <= previous, $"at {age}");
            previous = weight;
        }
    }

    [Theory]
    [InlineData(41 * Week)]
    [InlineData(52 * Week)]
    [InlineData(365 * 86_400_000UL)]
    public void Weight_OfMoreHalfLivesThanItHasBits_IsZero(ulong age) =>
        Assert.Equal(0UL, DecayTable.Weight(DecayTable.Exponent(age, Week)));

    [Fact]
    public void Exponent_RoundsUpToAWholeHalfLife_CarriesIntoIt()
    {
        ulong year = 365 * 86_400_000UL;

        Assert.Equal(1UL << DecayTable.ExponentBits, DecayTable.Exponent(year - 1, year));
    }
}
