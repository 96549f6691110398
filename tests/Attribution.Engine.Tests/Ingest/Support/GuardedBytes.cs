using System.Runtime.InteropServices;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>
/// Memory that ends where nothing may be read: whoever reads a byte too far does not come back. Owned by one
/// test.
/// </summary>
internal sealed unsafe partial class GuardedBytes : IDisposable
{
    private const int PageBytes = 4096;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _pages;
    private readonly nuint _length;

    public GuardedBytes(int capacity)
    {
        _length = (nuint)(((capacity + PageBytes - 1) / PageBytes * PageBytes) + PageBytes);
        _pages = mmap(null, _length, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)_pages);
        Assert.Equal(0, mprotect(_pages + _length - PageBytes, PageBytes, 0));
    }

    /// <summary>A copy of the bytes whose last one is the last that can be read.</summary>
    public ReadOnlySpan<byte> AtEnd(ReadOnlySpan<byte> bytes)
    {
        var target = new Span<byte>(_pages + _length - PageBytes - bytes.Length, bytes.Length);
        bytes.CopyTo(target);
        return target;
    }

    public void Dispose() => Assert.Equal(0, munmap(_pages, _length));

    [LibraryImport("libc")]
    private static partial byte* mmap(
        void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(byte* address, nuint length, int protection);

    [LibraryImport("libc")]
    private static partial int munmap(byte* address, nuint length);
}
