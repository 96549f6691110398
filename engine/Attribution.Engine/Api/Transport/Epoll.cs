using System.Runtime.InteropServices;

namespace Attribution.Engine.Api.Transport;

/// <summary>
/// The system calls of epoll(7) and eventfd(2), and of sockets that never wait. Numbers are those of Linux on
/// x64 and arm64. Stateless.
/// </summary>
internal static unsafe partial class Epoll
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;
    public const uint PeerClosed = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    public const int Interrupted = 4;
    public const int WouldWait = 11;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int AddOperation = 1;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    /// <summary>The structure is packed on x64 alone: 4 bytes of events, then 8 of the key.</summary>
    public static readonly int EventBytes =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int KeyOffset = EventBytes - sizeof(long);

    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public static int Create() => Checked("epoll_create1", epoll_create1(CloseOnExec));

    public static int CreateWake() => Checked("eventfd", eventfd(0, CloseOnExec | NonBlocking));

    /// <summary>Watches a descriptor until it is closed.</summary>
    public static void Add(int epoll, int descriptor, uint events, long key)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + KeyOffset) = key;
        Checked("epoll_ctl", epoll_ctl(epoll, AddOperation, descriptor, entry));
    }

    /// <returns>How many entries were written; 0 when a signal came first.</returns>
    public static int Wait(int epoll, byte* entries, int maxEntries)
    {
        int count = epoll_wait(epoll, entries, maxEntries, timeout: -1);
        return count >= 0 || Marshal.GetLastPInvokeError() == Interrupted
            ? Math.Max(count, 0) : Checked("epoll_wait", count);
    }

    public static (uint Events, long Key) Entry(byte* entries, int index)
    {
        byte* entry = entries + (index * EventBytes);
        return (*(uint*)entry, *(long*)(entry + KeyOffset));
    }

    public static void Wake(int wake)
    {
        ulong one = 1;
        _ = write(wake, &one, sizeof(ulong));
    }

    public static void TakeWake(int wake)
    {
        ulong count;
        _ = read(wake, &count, sizeof(ulong));
    }

    /// <returns>Bytes received, 0 at the peer's end; below 0 with the system's error.</returns>
    public static int Receive(int socket, Span<byte> room, out int error)
    {
        fixed (byte* bytes = room)
        {
            nint count = recv(socket, bytes, (nuint)room.Length, DontWait);
            error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            return (int)count;
        }
    }

    /// <returns>Bytes the system took; below 0 with its error.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> bytes, out int error)
    {
        fixed (byte* first = bytes)
        {
            nint count = send(socket, first, (nuint)bytes.Length, DontWait | NoSignal);
            error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            return (int)count;
        }
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    private static int Checked(string call, int result) => result >= 0 ? result
        : throw new IOException(call + ": " + Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* entries, int maxEntries, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
