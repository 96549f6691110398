using System.Buffers;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ingest;

public class AllocationTests
{
    [Theory]
    [MemberData(nameof(Samples.All), MemberType = typeof(Samples))]
    public void Read_AfterWarmUp_AllocatesNothing(string sample)
    {
        byte[] bytes = Bodies.Utf8(sample);
        var batch = new EventBatch();
        var whole = new ReadOnlySequence<byte>(bytes);
        ReadOnlySequence<byte> split = Sequences.SplitAt(bytes, bytes.Length / 2);

        long allocated = Allocations.DuringSteadyState(() =>
        {
            Read(whole, batch);
            Read(split, batch);
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Read_NothingButErrors_AllocatesNothing()
    {
        string[] bad = ["{", "{\"type\":5}", "{\"a\":\"\\ud800\"}", "{\"a\":" + new string('[', 80) + "}",
            "\u0001"];
        byte[] bytes = Bodies.Utf8(
            "{}\n" + string.Join('\n', Enumerable.Repeat(bad, 50).SelectMany(line => line)));
        var batch = new EventBatch();

        long allocated = Allocations.DuringSteadyState(() => Read(new ReadOnlySequence<byte>(bytes), batch));

        Assert.Equal(251, batch.Rejected);
        Assert.Equal(0, allocated);
    }

    private static void Read(in ReadOnlySequence<byte> body, EventBatch batch)
    {
        batch.Clear();
        batch.Decoder.Decode(body, Bodies.Context, out ReadOnlySpan<byte> bytes);
        BatchReader.Read(bytes, Bodies.Context, batch);
    }
}
