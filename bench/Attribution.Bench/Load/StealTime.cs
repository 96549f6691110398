using System.Globalization;

namespace Attribution.Bench.Load;

/// <summary>
/// Processor time that the host of a virtual machine gave to others while this one wanted it, since the
/// start. A value.
/// </summary>
internal sealed record StealTime(long StolenTicks, long AllTicks)
{
    private const string File = "/proc/stat";
    private const int StolenField = 7;

    /// <returns>Null where the system does not say.</returns>
    public static StealTime? Now()
    {
        if (!System.IO.File.Exists(File))
            return null;
        string line = System.IO.File.ReadLines(File).First();
        // user nice system idle iowait irq softirq steal; the two after them are counted in user already.
        long[] ticks =
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(StolenField + 1)
                .Select(text => long.Parse(text, CultureInfo.InvariantCulture)),
        ];
        return new StealTime(ticks[StolenField], ticks.Sum());
    }

    public static double? Share(StealTime? before, StealTime? after) =>
        before is null || after is null || after.AllTicks == before.AllTicks
            ? null
            : (double)(after.StolenTicks - before.StolenTicks) / (after.AllTicks - before.AllTicks);
}
