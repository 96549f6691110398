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

    /// <summary>Socket work runs on the thread that polls, not on the pool's.</summary>
    public static bool InlineScheduling => Flag("InlineScheduling", standard: false);

    /// <summary>A connection takes no read buffer until there is something to read.</summary>
    public static bool WaitForData => Flag("WaitForData", standard: true);

    /// <summary>Null: one per processor, as Kestrel has it.</summary>
    public static int? IoQueues =>
        int.TryParse(Text("IoQueues"), CultureInfo.InvariantCulture, out int count) ? count : null;

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

    private static bool Flag(string name, bool standard) =>
        AppContext.TryGetSwitch(Prefix + name, out bool given) ? given : standard;

    private static string Text(string name) => AppContext.GetData(Prefix + name) as string ?? "";
}
