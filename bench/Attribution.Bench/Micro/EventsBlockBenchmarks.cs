using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.Engine.Sink.Blocks;
using Attribution.Model.Events;
using Attribution.Replay.Rows;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost per event of the way from a ring slot into a block of <c>events</c>, and on to its compressed bytes.
/// </summary>
public class EventsBlockBenchmarks
{
    private const int Events = 50_000;
    private readonly EventsBlock _block = new();
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _compressed = new();
    private readonly EventRecord[] _records = new EventRecord[Events];
    private readonly byte[][] _bytes = new byte[Events][];

    [GlobalSetup]
    public void FillSlots()
    {
        for (int number = 0; number < Events; number++)
            _bytes[number] = FillSlot(ref _records[number], number);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public long SlotToBlock()
    {
        Fill();
        long bytes = _block.Native.ByteCount;
        _block.Release();
        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long SlotToCompressedBlock()
    {
        Fill();
        _block.Mark(7);
        _compressor.Compress(_block.Native, _compressed);
        _block.Release();
        return _compressed.Bytes.Length;
    }

    private void Fill()
    {
        _block.Open(MonthPartition.Always, ordinal: 0, timestamp: 0);
        for (int number = 0; number < Events; number++)
            _block.Add(in _records[number], _bytes[number], number);
    }

    /// <summary>
    /// A click as an SDK sends it: ids of their own, campaigns shared, about 300 bytes of text.
    /// </summary>
    private static byte[] FillSlot(ref EventRecord record, int number)
    {
        var texts = new string[EventRecord.FieldCount];
        Array.Fill(texts, "");
        texts[(int)EventField.Project] = "default";
        texts[(int)EventField.Type] = number % 20 == 0 ? "purchase" : "click";
        texts[(int)EventField.EventId] = new Guid(number, 0, 0, new byte[8]).ToString();
        texts[(int)EventField.AnonymousId] = $"anonymous-{number / 5}";
        texts[(int)EventField.Source] = number % 3 == 0 ? "google" : "newsletter";
        texts[(int)EventField.Medium] = number % 3 == 0 ? "cpc" : "email";
        texts[(int)EventField.Campaign] = $"campaign-{number % 200}";
        texts[(int)EventField.Url] = $"https://shop.example/products/{number % 5_000}?utm_source=google";
        texts[(int)EventField.UserAgent] = $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.{number % 300}";
        texts[(int)EventField.Country] = "DE";
        texts[(int)EventField.Properties] = "{\"plan\":\"pro\",\"items\":3}";

        record.Header.Kind = EventKind.Event;
        record.Header.TimestampMillis = 1_772_366_400_000 + number;
        record.Header.ReceivedMillis = record.Header.TimestampMillis + 40;
        int offset = 0;
        for (int field = 0; field < texts.Length; field++)
        {
            int length = Encoding.UTF8.GetByteCount(texts[field]);
            record.Header.Fields[field] = new FieldSlice { Offset = (ushort)offset, Length = (ushort)length };
            offset += length;
        }

        return Encoding.UTF8.GetBytes(string.Concat(texts));
    }
}
