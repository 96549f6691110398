using System.Buffers.Binary;
using Attribution.ClickHouse.Compression;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>
/// Compressed frames with blocks in them, their checksums set right for half of the inputs. Used by one
/// thread at a time.
/// </summary>
internal sealed class FramesTarget : FuzzTarget
{
    public override string Name => "frames";

    public override int ShortRun => 20_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Frame(NativeTarget.Sample(3)),
        [.. Frame(NativeTarget.Sample(40)[..100]), .. Frame(NativeTarget.Sample(40)[100..])],
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [[0x02], [0x82], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 4], [0xf0, 0xff, 0xff, 0xff, 0xff, 0xff]];

    public override long MaxAllocatedBytes(int inputBytes) => (8 * 1024 * 1024) + (1024L * inputBytes);

    public override void Repair(byte[] input)
    {
        int at = 0;
        while (input.Length - at >= FrameHeader.Bytes)
        {
            Span<byte> frame = input.AsSpan(at);
            uint packed = BinaryPrimitives.ReadUInt32LittleEndian(frame[(FrameHeader.ChecksumBytes + 1)..]);
            if (packed < FrameHeader.SizesBytes || packed > frame.Length - FrameHeader.ChecksumBytes)
            {
                packed = (uint)(frame.Length - FrameHeader.ChecksumBytes);
                BinaryPrimitives.WriteUInt32LittleEndian(frame[(FrameHeader.ChecksumBytes + 1)..], packed);
            }

            UInt128 checksum = CityHash128.Hash(frame.Slice(FrameHeader.ChecksumBytes, (int)packed));
            BinaryPrimitives.WriteUInt128LittleEndian(frame, checksum);
            at += FrameHeader.ChecksumBytes + (int)packed;
        }
    }

    public override void Run(byte[] input)
    {
        using var frames = new FrameStream(new MemoryStream(input));
        NativeTarget.ReadAll(frames);
    }

    private static byte[] Frame(byte[] plain)
    {
        byte[] frame = [.. new byte[FrameHeader.Bytes], .. plain];
        FrameHeader.Write(frame, FrameMethod.None, plain.Length, plain.Length);
        return frame;
    }
}
