using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// The child's end of the pipe from its parent: when that ends, or the parent is gone, ClickHouse is made to
/// stop. Owns one thread and the standard input; lives as long as the process.
/// </summary>
/// <remarks>
/// libchdb stops when its standard input ends, so it is given a pipe of this class's own. Before that is
/// closed, the open connections are shut for reading: libchdb would wait 5 s for idle ones, whatever its
/// configuration says.
/// </remarks>
internal sealed partial class LifeLine
{
    private const int StandardInput = 0;
    private const int ShutReading = 0;
    private const int PollMillis = 500;
    private const int HighestDescriptor = 8_192;
    private const int AddressBytes = 128;
    private const short Readable = 1;
    private const int NotStopped = 4;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly int _line;
    private readonly int _toLibrary;
    private readonly int _parentId;
    private readonly int[] _ports;

    private LifeLine(int line, int toLibrary, int parentId, int[] ports)
    {
        _line = line;
        _toLibrary = toLibrary;
        _parentId = parentId;
        _ports = ports;
    }

    /// <summary>Puts itself between the standard input and libchdb, and begins to watch.</summary>
    public static unsafe void Watch(int parentId, params int[] ports)
    {
        int* ends = stackalloc int[2];
        int line = dup(StandardInput);
        if (line < 0 || pipe(ends) != 0 || dup2(ends[0], StandardInput) < 0)
            throw new InvalidOperationException(
                $"No pipe for libchdb: error {Marshal.GetLastPInvokeError()}.");
        _ = close(ends[0]);
        var lifeLine = new LifeLine(line, ends[1], parentId, ports);
        new Thread(lifeLine.Run) { IsBackground = true, Name = "life line" }.Start();
    }

    private void Run()
    {
        // Each turn lasts until the line ends or half a second passes; the parent's id is a second sign of
        // its end, should another process hold the line open.
        while (!HasEnded() && getppid() == _parentId)
        {
        }

        ShutConnections();
        _ = close(_toLibrary);
        Thread.Sleep(StopPatience);
        EmbeddedHost.Exit(NotStopped);
    }

    private bool HasEnded()
    {
        var poll = new PollDescriptor { Descriptor = _line, Wanted = Readable };
        return LifeLine.poll(ref poll, 1, PollMillis) > 0;
    }

    private unsafe void ShutConnections()
    {
        byte* address = stackalloc byte[AddressBytes];
        for (int descriptor = 3; descriptor < HighestDescriptor; descriptor++)
        {
            int length = AddressBytes;
            if (getsockname(descriptor, address, ref length) != 0)
                continue;

            // The port is at the same place in an IPv4 and an IPv6 address, most significant byte first.
            int port = (address[2] << 8) | address[3];
            length = AddressBytes;
            bool connected = getpeername(descriptor, address, ref length) == 0;
            if (connected && Array.IndexOf(_ports, port) >= 0)
                _ = shutdown(descriptor, ShutReading);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int descriptor, int target);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int pipe(int* ends);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int poll(ref PollDescriptor descriptors, nuint count, int timeoutMillis);

    [LibraryImport("libc")]
    private static partial int getppid();

    [LibraryImport("libc")]
    private static unsafe partial int getsockname(int descriptor, byte* address, ref int length);

    [LibraryImport("libc")]
    private static unsafe partial int getpeername(int descriptor, byte* address, ref int length);

    [LibraryImport("libc")]
    private static partial int shutdown(int descriptor, int how);
}
