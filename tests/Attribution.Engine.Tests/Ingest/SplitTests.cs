using System.Buffers;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>A body arrives in pieces of any size; where they part must not be seen in what is read.</remarks>
public class SplitTests
{
    [Theory]
    [MemberData(nameof(Samples.All), MemberType = typeof(Samples))]
    public void Read_SplitAtEveryByte_EqualsUnsplit(string sample)
    {
        foreach (byte[] body in (byte[][])[Bodies.Utf8(sample), Bodies.Gzip(Bodies.Utf8(sample))])
        {
            string whole = Bodies.Describe(Bodies.Read(body, out BodyError error), error);
            for (int split = 0; split <= body.Length; split++)
                Assert.Equal(whole, Describe(Sequences.SplitAt(body, split)));
            Assert.Equal(whole, Describe(Sequences.BytePerSegment(body)));
        }
    }

    [Theory]
    [MemberData(nameof(Samples.All), MemberType = typeof(Samples))]
    public void Read_TruncatedAtEveryByte_InventsNothing(string sample)
    {
        byte[] body = Bodies.Utf8(sample.TrimEnd());
        List<string> whole = Accepted(body, out _);
        bool isArray = sample[0] == '[';

        for (int length = 0; length < body.Length; length++)
        {
            List<string> accepted = Accepted(body[..length], out BodyError error);
            Assert.Equal(whole[..accepted.Count], accepted);
            if (isArray)
                Assert.NotEqual(BodyError.None, error);
            if (whole.Count == 1)
                Assert.Empty(accepted);
        }
    }

    [Fact]
    public void Read_GzipTruncatedAtEveryByte_IsRefused()
    {
        byte[] body = Bodies.Gzip(Bodies.Utf8(Samples.Lines));

        for (int length = 2; length < body.Length; length++)
        {
            Assert.Equal(0, Bodies.Read(body[..length], out BodyError error).Count);
            Assert.Equal(BodyError.BadGzip, error);
        }
    }

    private static List<string> Accepted(byte[] body, out BodyError error) =>
        [.. ParsedEvent.All(Bodies.Read(body, out error))
            .Where(parsed => parsed.Header.Kind == EventKind.Event).Select(parsed => parsed.Describe())];

    private static string Describe(ReadOnlySequence<byte> body) =>
        Bodies.Describe(Bodies.Read(body, Bodies.Context, out BodyError error), error);
}
