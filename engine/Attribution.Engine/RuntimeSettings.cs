using System.Globalization;
using Attribution.Ring;

namespace Attribution.Engine;

/// <summary>
/// Settings that no user needs to know. Each stands at what <c>bench settings</c> measured as the best; the
/// runtime's configuration can say another value, which is how that command measures them. Stateless.
/// </summary>
internal static class RuntimeSettings
{
    private const string Prefix = "Attribution.";

    /// <summary>Threads that poll connections; 0 leaves them to Kestrel's own transport.</summary>
    public static int PollLoops =>
        int.TryParse(Text("PollLoops"), CultureInfo.InvariantCulture, out int count)
            ? count : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How stages behind the ring wait whose work an answer waits for.</summary>
    public static WaitStrategy RingWait => Waits(Text("RingWait")) ?? new SpinThenParkWaitStrategy();

    /// <summary>How stages wait that only have to keep up.</summary>
    public static WaitStrategy StageWait =>
        Waits(Text("StageWait")) ?? Waits(Text("RingWait")) ?? new NapThenParkWaitStrategy();

    private static WaitStrategy? Waits(string name) => name switch
    {
        "block" => new BlockingWaitStrategy(),
        "yield" => new YieldingWaitStrategy(),
        "spin" => new SpinThenParkWaitStrategy(),
        _ => null,
    };

    private static string Text(string name) => AppContext.GetData(Prefix + name) as string ?? "";
}
