using System.Numerics;

namespace Attribution.Model.Tests.Support;

/// <summary>An exact number for references. A value.</summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator) : IComparable<Fraction>
{
    public static Fraction Zero { get; } = new(0, 1);

    public static implicit operator Fraction(long number) => new(number, 1);

    public static Fraction operator +(Fraction a, Fraction b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Fraction operator *(Fraction a, Fraction b) =>
        new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Fraction operator /(Fraction a, Fraction b) =>
        new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public BigInteger Floor => BigInteger.Divide(Numerator, Denominator);

    public bool IsZero => Numerator.IsZero;

    public int CompareTo(Fraction other) =>
        (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>Whole shares of a total by largest remainder, ties to the earlier.</summary>
    public static BigInteger[] Apportion(BigInteger total, Fraction[] weights)
    {
        Fraction sum = weights.Aggregate(Zero, (a, b) => a + b);
        Fraction[] quotas = [.. weights.Select(weight => new Fraction(total, 1) * weight / sum)];
        BigInteger[] shares = [.. quotas.Select(quota => quota.Floor)];
        var left = (int)(total - shares.Aggregate(BigInteger.Zero, (a, b) => a + b));
        IEnumerable<int> byRemainder = Enumerable.Range(0, quotas.Length)
            .OrderByDescending(i => quotas[i] + new Fraction(-shares[i], 1)).ThenBy(i => i);
        foreach (int i in byRemainder.Take(left))
            shares[i]++;
        return shares;
    }
}
