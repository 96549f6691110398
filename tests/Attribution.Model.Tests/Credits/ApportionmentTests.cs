using Attribution.Model.Credits;
using Attribution.Model.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Credits;

public class ApportionmentTests
{
    [Theory]
    [InlineData(10, "1 1 1", "4 3 3")]
    [InlineData(11, "1 1 1", "4 4 3")]
    [InlineData(100, "1 2 3", "17 33 50")]
    [InlineData(1, "1 1", "1 0")]
    [InlineData(1, "1 2", "0 1")]
    [InlineData(7, "0 0 5", "0 0 7")]
    [InlineData(0, "1 2", "0 0")]
    [InlineData(5, "3 3 2 2", "2 1 1 1")]
    [InlineData(ulong.MaxValue, "1 1", "9223372036854775808 9223372036854775807")]
    public void Split_GivesLargestRemaindersTheRest_TiesToTheEarlier(
        ulong total, string weights, string shares) =>
        Assert.Equal(Numbers(shares), Split(total, Numbers(weights)));

    [Fact]
    public void Split_AnyWeights_SumsExactlyAndIsWithinOneOfTheQuota()
    {
        Gen<ulong> weight = Gen.OneOf(
            Gen.Choose(0, 3).Select(w => (ulong)w), Gen.Choose(0, int.MaxValue).Select(w => (ulong)w << 9));
        Gen<ulong> total = Gen.OneOf(
            Gen.Choose(0, 2_000_000).Select(t => (ulong)t),
            Gen.Choose(1, int.MaxValue).Select(t => (ulong)t << 33));
        var cases =
            from weights in Gen.Choose(1, 40).SelectMany(n => weight.ArrayOf(n))
            where weights.Any(w => w > 0)
            from t in total
            select (Total: t, Weights: weights);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            ulong[] shares = Split(c.Total, c.Weights);
            UInt128 sum = c.Weights.Aggregate((UInt128)0, (a, w) => a + w);
            bool isWithinOne = shares.Zip(c.Weights).All(p =>
            {
                UInt128 floor = (UInt128)c.Total * p.Second / sum;
                return p.First == floor || p.First == floor + 1;
            });
            return isWithinOne && shares.Aggregate((UInt128)0, (a, s) => a + s) == c.Total;
        }).CheckThrow(3_000);
    }

    private static ulong[] Split(ulong total, ulong[] weights)
    {
        ulong[] shares = new ulong[weights.Length];
        ulong sum = weights.Aggregate((a, w) => a + w);
        new Apportionment(weights.Length).Split(total, weights, sum, shares);
        return shares;
    }

    private static ulong[] Numbers(string text) => [.. text.Split(' ').Select(ulong.Parse)];
}
