using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink;
using Attribution.Engine.Sink.Blocks;
using Attribution.Engine.Tests.Sink.Support;
using Attribution.Model.Events;
using Attribution.Replay.Rows;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Sink;

public class EventsBlockTests
{
    private const int Rows = 2_000;

    [Fact]
    public void SlotToCompressedBlock_AfterWarmUp_AllocatesNothing()
    {
        var block = new EventsBlock();
        var compressor = new BlockCompressor();
        var compressed = new CompressedBlock();
        (EventRecord Record, byte[] Bytes)[] slots = Slots();

        long allocated = Allocations.DuringSteadyState(() =>
        {
            block.Open(MonthPartition.Always, 0, 0);
            for (int row = 0; row < slots.Length; row++)
                block.Add(in slots[row].Record, slots[row].Bytes, row);
            block.Mark(7);
            compressor.Compress(block.Native, compressed);
            block.Release();
        });

        Assert.Equal(0, allocated);
        Assert.Equal(Rows, compressed.RowCount);
    }

    /// <remarks>The writer's thread only: what a sender allocates per insert is not per event.</remarks>
    [Fact]
    public async Task ShardWriter_AfterWarmUp_AllocatesNothingPerEventAndAttribution()
    {
        var options = new SinkOptions { MaxBatchRows = 1_000_000 };
        await using var sink = new SinkTest(new ScriptedTransport(), options);
        (EventRecord Record, byte[] Bytes)[] slots = Slots();
        ShardWriter writer = sink.Writer;
        long sequence = 0;

        // Buffers double as they grow, so a run between two doublings is the steady state.
        long allocated = Allocations.DuringSteadyState(() =>
        {
            for (int at = 0; at < 100; at++, sequence++)
            {
                writer.WriteEvent(in slots[at].Record, slots[at].Bytes, sequence);
                WriteAttribution(writer, sequence);
            }

            writer.Processed(sequence - 1);
        });

        Assert.Equal(0, allocated);
    }

    private static void WriteAttribution(ShardWriter writer, long sequence)
    {
        AttributionRow row = writer.BeginAttribution(SampleEvent.Noon, sequence);
        row.Header(new AttributionHeader
        {
            Project = "default"u8,
            ConversionId = "conversion"u8,
            ConversionType = "purchase"u8,
            ConversionMillis = SampleEvent.Noon,
            Model = "linear"u8,
            Version = 1,
            Person = 1,
            UserId = ""u8,
            RevenueTenThousandths = 1,
            Currency = 0,
        });
        row.End("{}"u8);
    }

    private static (EventRecord Record, byte[] Bytes)[] Slots()
    {
        var slots = new (EventRecord, byte[])[Rows];
        for (int row = 0; row < slots.Length; row++)
        {
            EventRecord record = new SampleEvent($"event-{row}")
                .With(EventField.AnonymousId, $"anonymous-{row}")
                .With(EventField.Campaign, $"campaign-{row % 50}")
                .With(EventField.Url, "https://shop.example/product?utm_source=google")
                .ToRecord(out byte[] bytes);
            slots[row] = (record, bytes);
        }

        return slots;
    }
}
