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
    public static int PollLoops => Number("PollLoops", Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>How stages behind the ring wait whose work an answer waits for.</summary>
    public static WaitStrategy RingWait => Waits(Text("RingWait")) ?? new SpinThenParkWaitStrategy();

    /// <summary>How stages wait that only have to keep up.</summary>
    public static WaitStrategy StageWait =>
        Waits(Text("StageWait")) ?? Waits(Text("RingWait")) ?? new NapThenParkWaitStrategy();

    /// <summary>What is sent leaves at once, and not with what comes after it.</summary>
    public static bool NoDelay => Number("NoDelay", 1) != 0;

    /// <summary>
    /// Connections that the kernel has taken and the engine has not, as far as net.core.somaxconn allows. A
    /// client that finds no room there tries again after a second.
    /// </summary>
    public static int Backlog => Number("Backlog", 4096);

    /// <summary>Bytes of a connection's buffers in the kernel; 0 leaves them to the kernel.</summary>
    public static int SocketBufferBytes => Number("SocketBufferBytes", 0);

    /// <summary>Where received bytes lie: Kestrel's pinned pool, or else the runtime's shared one.</summary>
    public static bool HasPinnedPool => Number("PinnedPool", 1) != 0;

    /// <summary>
    /// A loop wakes the journal once per turn and goes on with the answers itself; or else for each burst,
    /// and the thread pool goes on.
    /// </summary>
    public static bool TurnsTogether => Number("TurnsTogether", 1) != 0;

    private static int Number(string name, int standard) =>
        int.TryParse(Text(name), CultureInfo.InvariantCulture, out int number) ? number : standard;

    private static WaitStrategy? Waits(string name) => name switch
    {
        "block" => new BlockingWaitStrategy(),
        "yield" => new YieldingWaitStrategy(),
        "spin" => new SpinThenParkWaitStrategy(),
        _ => null,
    };

    private static string Text(string name) => AppContext.GetData(Prefix + name) as string ?? "";
}
