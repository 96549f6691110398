using System.Buffers.Binary;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Compression;

/// <summary>How the bytes of a frame are packed; the values are ClickHouse's.</summary>
public enum FrameMethod : byte
{
    None = 0x02,
    Lz4 = 0x82,
}

/// <summary>
/// What precedes a compressed frame's bytes:
/// <c>checksum:16 method:1 packed-size:4 (with these last nine) plain-size:4</c>. A value; thread-safe.
/// </summary>
internal readonly record struct FrameHeader(
    UInt128 Checksum, FrameMethod Method, int BodyBytes, int PlainBytes)
{
    public const int ChecksumBytes = 16;
    public const int SizesBytes = 9;
    public const int Bytes = ChecksumBytes + SizesBytes;

    /// <summary>Most bytes of a frame, packed or plain. ClickHouse's own hold about 1 MiB.</summary>
    public const int MaxBodyBytes = 64 * 1024 * 1024;

    private const int MaxLz4Ratio = 255;

    /// <summary>Fills in the header of a frame whose body already lies behind it.</summary>
    public static void Write(Span<byte> frame, FrameMethod method, int bodyBytes, int plainBytes)
    {
        Span<byte> sizes = frame[ChecksumBytes..];
        sizes[0] = (byte)method;
        BinaryPrimitives.WriteInt32LittleEndian(sizes[1..], bodyBytes + SizesBytes);
        BinaryPrimitives.WriteInt32LittleEndian(sizes[5..], plainBytes);
        UInt128 checksum = CityHash128.Hash(sizes[..(SizesBytes + bodyBytes)]);
        BinaryPrimitives.WriteUInt128LittleEndian(frame, checksum);
    }

    /// <exception cref="NativeFormatException">The method is unknown or a size out of bounds.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        byte method = bytes[ChecksumBytes];
        uint packed = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(ChecksumBytes + 1)..]);
        uint plain = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(ChecksumBytes + 5)..]);
        if (method is not ((byte)FrameMethod.None or (byte)FrameMethod.Lz4))
            throw new NativeFormatException($"Compression method 0x{method:x2} is not supported.");
        if (packed < SizesBytes || packed - SizesBytes > MaxBodyBytes || plain > MaxBodyBytes)
            throw new NativeFormatException($"A frame of {packed} bytes for {plain} is out of bounds.");
        // LZ4 says lengths in bytes of up to 255; a frame that claims more would only cost memory.
        if (plain > MaxLz4Ratio * (long)packed)
            throw new NativeFormatException($"A frame of {packed} bytes cannot hold {plain}.");

        UInt128 checksum = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        return new FrameHeader(checksum, (FrameMethod)method, (int)packed - SizesBytes, (int)plain);
    }

    /// <summary>
    /// Proves a frame, given without its checksum; before it, no size may be trusted with memory.
    /// </summary>
    /// <exception cref="NativeFormatException">The checksum is another one.</exception>
    public void Check(ReadOnlySpan<byte> sizesAndBody)
    {
        if (CityHash128.Hash(sizesAndBody) != Checksum)
            throw new NativeFormatException("A frame's checksum does not match its bytes.");
    }

    /// <summary>Unpacks a checked frame, given without its checksum.</summary>
    /// <exception cref="NativeFormatException">The body is not what the sizes say.</exception>
    public void Unpack(ReadOnlySpan<byte> sizesAndBody, Span<byte> plain)
    {
        ReadOnlySpan<byte> body = sizesAndBody[SizesBytes..];
        if (Method == FrameMethod.None)
        {
            if (body.Length != plain.Length)
                throw new NativeFormatException("A frame's sizes contradict each other.");
            body.CopyTo(plain);
            return;
        }

        if (!Lz4.IsAvailable)
            throw new NativeFormatException("The frame is LZ4 and liblz4 is not installed.");
        if (!Lz4.TryDecompress(body, plain))
            throw new NativeFormatException("A frame's LZ4 body is not valid.");
    }
}
