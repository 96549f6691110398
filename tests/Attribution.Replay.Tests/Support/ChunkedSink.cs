using System.Collections.Concurrent;
using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;
using Attribution.Replay.Sinks;

namespace Attribution.Replay.Tests.Support;

/// <summary>
/// A digest that also remembers in which chunks each conversion came. Owned by one test.
/// </summary>
internal sealed class ChunkedSink : IReplaySink
{
    private readonly DigestSink _digest = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, bool>> _chunks = new();
    private int _chunk;

    public IEnumerable<IEnumerable<int>> ChunksOfConversions => _chunks.Values.Select(chunks => chunks.Keys);

    public string Digest(int lane) => _digest.Digest(lane);

    public IReplayLane NewLane(int lane, AttributionConfig config) =>
        new Lane(this, _digest.NewLane(lane, config));

    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel)
    {
        _chunk = chunk + 1;
        return ValueTask.CompletedTask;
    }

    private sealed class Lane(ChunkedSink sink, IReplayLane inner) : IReplayLane
    {
        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            CompactId id = history.Conversions[result.Conversion].EventId;
            string text = Encoding.UTF8.GetString(history.Texts.EventId(id, stackalloc byte[36]));
            sink._chunks.GetOrAdd(text, _ => new()).TryAdd(sink._chunk, true);
            inner.Conversion(history, result, stamp);
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
            Assert.False(touches.IsEmpty);
            for (int i = 0; i < touches.Length; i++)
                Assert.True(i == 0 || touches[i] > touches[i - 1]);
        }

        public ValueTask FlushAsync(CancellationToken cancel) => inner.FlushAsync(cancel);

        public void Dispose() => inner.Dispose();
    }
}
