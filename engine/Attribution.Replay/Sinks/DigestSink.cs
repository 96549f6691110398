using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>
/// The digest of the rows that a replay would write, without writing them. Used by one replay; the digests
/// are asked for when it is over.
/// </summary>
public sealed class DigestSink : IReplaySink
{
    private readonly List<(int Lane, DigestLane Part)> _parts = [];

    /// <summary>As <see cref="StoredDigest"/> gives it of the same rows stored.</summary>
    public string Digest(int lane = 0) => RowHashes.Digest(
        _parts.Where(part => part.Lane == lane).Select(part => part.Part.Hashes));

    /// <inheritdoc/>
    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        var part = new DigestLane(config);
        _parts.Add((lane, part));
        return part;
    }

    /// <inheritdoc/>
    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>One thread's rows. Owned by that thread, then by the sink.</summary>
    private sealed class DigestLane(AttributionConfig config) : IReplayLane
    {
        private readonly ConversionRows _rows = new(config);
        private readonly RowDigest _row = new(Encoding.UTF8.GetBytes(config.Hash));

        public RowHashes Hashes { get; } = new();

        public bool WantsNoConversion => false;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            for (int model = 0; model < _rows.ModelCount; model++)
            {
                _rows.Write(_row, history, result, model, stamp);
                Hashes.Add(_row.Hash());
            }
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancel) => ValueTask.CompletedTask;

        public void Dispose()
        {
        }
    }
}
