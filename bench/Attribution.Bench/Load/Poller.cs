using System.Runtime.InteropServices;

namespace Attribution.Bench.Load;

/// <summary>
/// Waits for sockets as <c>poll(2)</c> does: one system call for all of a thread's connections, with no
/// threads of the runtime in between, whose cost would be the generator's. Owned by one thread.
/// </summary>
internal sealed unsafe partial class Poller(int count)
{
    private const short Readable = 1;
    private const short Writable = 4;
    private const long NanosPerSecond = 1_000_000_000;

    // Pinned: the kernel is given the array's address.
    private readonly PollDescriptor[] _descriptors =
        GC.AllocateArray<PollDescriptor>(count, pinned: true);

    /// <summary>Which socket is at this place; -1 for none.</summary>
    public void Set(int index, int descriptor, bool waitsToWrite) => _descriptors[index] = new PollDescriptor
    {
        Descriptor = descriptor,
        Wanted = waitsToWrite ? (short)(Readable | Writable) : Readable,
    };

    /// <summary>Waits until a socket is ready or the time is over.</summary>
    public void Wait(TimeSpan atMost)
    {
        fixed (PollDescriptor* first = _descriptors)
        {
            if (OperatingSystem.IsLinux())
            {
                long nanos = atMost.Ticks * TimeSpan.NanosecondsPerTick;
                var time = new Time { Seconds = nanos / NanosPerSecond, Nanos = nanos % NanosPerSecond };
                _ = ppoll(first, (nuint)_descriptors.Length, &time, null);
            }
            else
            {
                _ = poll(first, (uint)_descriptors.Length, (int)atMost.TotalMilliseconds);
            }
        }
    }

    /// <summary>Whether the last wait found something to be read, or that the connection has ended.</summary>
    public bool IsReadable(int index) => (_descriptors[index].Found & ~Writable) != 0;

    public bool IsWritable(int index) => (_descriptors[index].Found & Writable) != 0;

    [LibraryImport("libc")]
    private static partial int ppoll(PollDescriptor* descriptors, nuint count, Time* timeout, void* mask);

    [LibraryImport("libc")]
    private static partial int poll(PollDescriptor* descriptors, uint count, int timeoutMillis);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    private struct Time
    {
        public long Seconds;
        public long Nanos;
    }
}
