using Attribution.Engine.Journal;
using Attribution.Model.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Journal;

public class JournalFrameTests
{
    [Fact]
    public void Frame_WrittenAndRead_IsTheSame() => Prop.ForAll<byte[], long, (uint, bool)>((bytes, sequence, how) =>
    {
        (uint salt, bool start) = how;
        byte[] buffer = NewBuffer();
        var header = new EventHeader { BytesLength = (ushort)bytes.Length, TimestampMillis = sequence ^ salt };

        int size = JournalFrame.Write(buffer, salt, sequence, start, in header, bytes);

        byte[] frame = buffer[..size];
        return JournalFrame.IsPlausible(frame, out int readSize, out long readSequence)
            && JournalFrame.IsIntact(frame, salt)
            && readSize == size
            && size == JournalFrame.SizeOf(bytes.Length)
            && readSequence == sequence
            && JournalFrame.IsGroupStart(frame) == start
            && JournalFrame.Header(frame).TimestampMillis == header.TimestampMillis
            && JournalFrame.Bytes(frame).SequenceEqual(bytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Frame_UnderAnotherSalt_IsNotIntact() => Prop.ForAll<byte[], uint, uint>((bytes, salt, other) =>
    {
        byte[] frame = Write(bytes, salt);
        return salt == other || !JournalFrame.IsIntact(frame, other);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Frame_WithAnyBitFlipped_IsRefused()
    {
        byte[] frame = Write([1, 2, 3, 4, 5], 9);

        for (int bit = 0; bit < frame.Length * 8; bit++)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(
                JournalFrame.IsPlausible(frame, out int size, out _) && size <= frame.Length
                && JournalFrame.IsIntact(frame.AsSpan(0, size), 9),
                $"bit {bit}");
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(EventRecord.MaxBytes)]
    public void Frame_OfAnyLength_IsAlignedAndCoversStaleBytes(int length)
    {
        byte[] frame = Write(new byte[length], 1);

        Assert.Equal(0, frame.Length % JournalFrame.AlignmentBytes);
        Assert.All(frame[(JournalFrame.MinBytes + length)..], padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void Zeros_AreNoFrame() =>
        Assert.False(JournalFrame.IsPlausible(new byte[JournalFrame.HeadBytes], out _, out _));

    private static byte[] Write(byte[] bytes, uint salt)
    {
        byte[] buffer = NewBuffer();
        var header = new EventHeader { BytesLength = (ushort)bytes.Length };
        return buffer[..JournalFrame.Write(buffer, salt, 42, groupStart: true, in header, bytes)];
    }

    private static byte[] NewBuffer()
    {
        byte[] buffer = new byte[JournalFrame.MaxBytes];
        buffer.AsSpan().Fill(0xEE);
        return buffer;
    }
}
