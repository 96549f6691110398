using System.Runtime.InteropServices;

namespace Attribution.Model.Memory;

/// <summary>
/// Zeroed memory for large tables: straight from the system and in huge pages where it has them, since a
/// table that is read at random otherwise pays a page walk for each read (figures.md). Stateless.
/// </summary>
internal static unsafe partial class SystemMemory
{
    /// <summary>Smaller tables come from the C heap: they fit the processor's page cache anyway.</summary>
    private const long MinMappedBytes = HugePageBytes;

    /// <summary>Of x86-64; a mapping that does not begin at such an address has none at its ends.</summary>
    private const long HugePageBytes = 2 * 1024 * 1024;

    private const long SmallPageBytes = 4096;
    private const int ProtectReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;
    private const int AdviseHugePages = 14;

    /// <exception cref="InsufficientMemoryException">The system refuses.</exception>
    public static void* AllocateZeroed(long bytes)
    {
        if (!IsMapped(bytes))
            return NativeMemory.AllocZeroed((nuint)bytes);
        void* memory = MapAligned(bytes);
        if (memory == (void*)-1)
            throw new InsufficientMemoryException($"The system refuses {bytes} bytes for a table.");

        // Advice only: a system without huge pages answers with an error that costs nothing.
        _ = Advise(memory, (nuint)bytes, AdviseHugePages);
        return memory;
    }

    public static void Free(void* memory, long bytes)
    {
        if (IsMapped(bytes))
            _ = Unmap(memory, (nuint)bytes);
        else
            NativeMemory.Free(memory);
    }

    /// <summary>Maps a huge page more than asked for and gives back what lies before and behind.</summary>
    private static void* MapAligned(long bytes)
    {
        byte* mapped = (byte*)Map(
            null, (nuint)(bytes + HugePageBytes), ProtectReadWrite, MapPrivateAnonymous, -1, 0);
        if (mapped == (void*)-1)
            return mapped;
        long before = -(long)mapped & (HugePageBytes - 1);
        byte* memory = mapped + before;
        byte* behind = (byte*)(((long)memory + bytes + SmallPageBytes - 1) & -SmallPageBytes);
        if (before > 0)
            _ = Unmap(mapped, (nuint)before);
        if (mapped + bytes + HugePageBytes > behind)
            _ = Unmap(behind, (nuint)(mapped + bytes + HugePageBytes - behind));
        return memory;
    }

    private static bool IsMapped(long bytes) => OperatingSystem.IsLinux() && bytes >= MinMappedBytes;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(
        void* address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint bytes, int advice);
}
