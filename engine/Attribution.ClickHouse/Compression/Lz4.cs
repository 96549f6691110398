using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Compression;

/// <summary>
/// The LZ4 block format, by the reference C library where the system has it. Stateless and thread-safe.
/// </summary>
public static unsafe partial class Lz4
{
    private const string Library = "liblz4";
    private static readonly string[] FileNames = ["liblz4.so.1", "liblz4.so", "liblz4.dylib", "liblz4.dll"];
    private static readonly nint Handle = Load();

    /// <summary>False where liblz4 is not installed; nothing else of this class may then be called.</summary>
    public static bool IsAvailable => Handle != 0;

    /// <summary>The most bytes that compressing so many can give.</summary>
    public static int Bound(int sourceBytes) => sourceBytes + (sourceBytes / 255) + 16;

    /// <summary>
    /// Compresses into a target of at least <see cref="Bound"/> bytes and returns how many were used.
    /// </summary>
    /// <param name="acceleration">1 looks for matches everywhere; each more looks less.</param>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target, int acceleration = 1)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            int written = CompressFast(from, to, source.Length, target.Length, acceleration);
            return written > 0 ? written : throw new InvalidOperationException("LZ4 target is too small.");
        }
    }

    /// <summary>False unless the source is valid and decompresses to exactly the target's length.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
            return DecompressSafe(from, to, source.Length, target.Length) == target.Length;
    }

    private static nint Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Lz4).Assembly, Resolve);
        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return handle;
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library ? Handle : 0;

    [LibraryImport(Library, EntryPoint = "LZ4_compress_fast")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int CompressFast(
        byte* source, byte* target, int sourceBytes, int targetBytes, int acceleration);

    [LibraryImport(Library, EntryPoint = "LZ4_decompress_safe")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int DecompressSafe(byte* source, byte* target, int sourceBytes, int targetBytes);
}
