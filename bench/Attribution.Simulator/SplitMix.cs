namespace Attribution.Simulator;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): integers only, so a seed gives the same world on every machine.
/// A value; owned by whoever made it.
/// </summary>
internal struct SplitMix(ulong seed)
{
    private const ulong GoldenGamma = 0x9e3779b97f4a7c15;

    private ulong _state = seed;

    /// <summary>
    /// A number that depends on both arguments alone; equal places draw equal numbers in any order.
    /// </summary>
    public static ulong At(ulong seed, ulong place) => Mix(Mix(seed + GoldenGamma) ^ (place * GoldenGamma));

    public ulong Next() => Mix(_state += GoldenGamma);

    /// <summary>
    /// 0 to <paramref name="limit"/> - 1, by multiplication; the bias is below 2^-32 for the limits used
    /// here.
    /// </summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    public long Between(long low, long high) => low + (long)Math.BigMul(Next(), (ulong)(high - low), out _);

    public bool Chance(int perThousand) => Below(1_000) < perThousand;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
