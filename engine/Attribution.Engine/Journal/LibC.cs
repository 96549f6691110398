using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Attribution.Engine.Journal;

/// <summary>
/// The system calls that durability needs and that .NET does not offer. Stateless.
/// </summary>
internal static partial class LibC
{
    private const int Interrupted = 4;
    private const int NoSpaceLeft = 28;
    private const int ReadOnly = 0;

    /// <summary>
    /// Makes a file's bytes durable, and of its metadata only what reading them back needs.
    /// </summary>
    public static void SyncData(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (fdatasync(file) != 0)
            ThrowUnlessInterrupted("fdatasync");
    }

    public static void SyncDirectory(string folder)
    {
        int descriptor;
        while ((descriptor = open(folder, ReadOnly)) < 0)
            ThrowUnlessInterrupted("open");

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (fsync(handle) != 0)
            ThrowUnlessInterrupted("fsync");
    }

    /// <summary>
    /// Gives a new file its length, as zeros with their disk space reserved where the system can.
    /// </summary>
    public static void Preallocate(SafeFileHandle file, long bytes)
    {
        int error = Interrupted;
        while (OperatingSystem.IsLinux() && error == Interrupted)
            error = posix_fallocate(file, 0, bytes);

        if (error == NoSpaceLeft)
            throw Failure("posix_fallocate", error);
        if (error != 0)
            RandomAccess.SetLength(file, bytes);
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
            throw Failure(call, error);
    }

    private static IOException Failure(string call, int error) =>
        new(call + ": " + Marshal.GetPInvokeErrorMessage(error), error);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long bytes);
}
