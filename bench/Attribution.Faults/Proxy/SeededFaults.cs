namespace Attribution.Faults.Proxy;

/// <summary>
/// A script that harms inserts and questions at random, as its seed says, and lets everything else through.
/// Thread-safe; which request meets which fault follows from the order in which they come.
/// </summary>
/// <param name="seed">Of the dice.</param>
/// <param name="perCent">Inserts of a hundred that meet a fault; of the questions half as many.</param>
public sealed class SeededFaults(int seed, int perCent)
{
    private static readonly ProxyFault[] Faults =
        [.. Enum.GetValues<ProxyFault>().Where(static fault => fault != ProxyFault.None)];

    private readonly Random _random = new(seed);

    public ProxyFault Next(ProxiedRequest request)
    {
        if (!request.IsInsert && !request.IsQuestion)
            return ProxyFault.None;

        lock (_random)
        {
            int limit = request.IsInsert ? perCent : perCent / 2;
            return _random.Next(100) < limit ? Faults[_random.Next(Faults.Length)] : ProxyFault.None;
        }
    }
}
