using System.Buffers;
using System.Text;
using System.Text.Json;
using Attribution.Engine.Ingest;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of turning a body of 100 events into records, by how its bytes arrive; the baseline only walks over
/// the tokens of the same bytes.
/// </summary>
[MemoryDiagnoser]
public class EventParserBenchmarks
{
    private const int Events = 100;

    private readonly EventBatch _batch = new();
    private readonly IngestContext _context = new(new Project("default"), default, 1_795_236_875_123);
    private byte[] _array = [];
    private ReadOnlySequence<byte> _arrayInBlocks;
    private byte[] _lines = [];

    [GlobalSetup]
    public void SetUp()
    {
        string[] events = [.. Enumerable.Range(0, Events).Select(Event)];
        _array = Encoding.UTF8.GetBytes("[" + string.Join(',', events) + "]");
        _lines = Encoding.UTF8.GetBytes(string.Join('\n', events));
        _arrayInBlocks = Block.Split(_array, blockBytes: 4096);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public int Utf8JsonReaderTokens()
    {
        var reader = new Utf8JsonReader(_array);
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Array() => Read(new ReadOnlySequence<byte>(_array));

    [Benchmark(OperationsPerInvoke = Events)]
    public int ArrayInBlocksOf4KiB() => Read(_arrayInBlocks);

    [Benchmark(OperationsPerInvoke = Events)]
    public int Lines() => Read(new ReadOnlySequence<byte>(_lines));

    private int Read(in ReadOnlySequence<byte> body)
    {
        _batch.Clear();
        _batch.Decoder.Decode(body, _context, out ReadOnlySpan<byte> bytes);
        BatchReader.Read(bytes, _context, _batch);
        return _batch.Accepted;
    }

    private static string Event(int number) =>
        $"{{\"type\":\"click\",\"event_id\":\"01JD{number:D8}\",\"timestamp\":{1_795_236_000_000 + number}," +
        $"\"anonymous_id\":\"a-{number * 7919:x8}\",\"source\":\"google\",\"medium\":\"cpc\"," +
        $"\"campaign\":\"spring_{number % 7}\",\"url\":\"https://shop.example/p/{number}?ref=x\"}}";

    /// <summary>One segment of a body as a pipe hands it over. Immutable.</summary>
    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        private Block(ReadOnlyMemory<byte> memory, long runningIndex) =>
            (Memory, RunningIndex) = (memory, runningIndex);

        public static ReadOnlySequence<byte> Split(byte[] bytes, int blockBytes)
        {
            var first = new Block(bytes.AsMemory(0, blockBytes), 0);
            Block last = first;
            for (int offset = blockBytes; offset < bytes.Length; offset += blockBytes)
            {
                int length = Math.Min(blockBytes, bytes.Length - offset);
                var next = new Block(bytes.AsMemory(offset, length), offset);
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
