using System.Runtime.InteropServices;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Fitting;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Paths;

/// <summary>
/// What a replay sees as paths of channels, for fitting: one per counted conversion, of the touches that take
/// part in it, and one per journey that ended in nothing. Lanes collect apart and are merged when a chunk is
/// done; equal histories give equal paths in any order.
/// </summary>
/// <param name="currency">
/// Packed as <see cref="Conversion.Currency"/>: values of other currencies count as 0, since they do not add
/// up.
/// </param>
public sealed class PathCollector(uint currency) : IReplaySink
{
    private readonly Lock _merging = new();

    /// <summary>Complete when the replay is.</summary>
    public ChannelPaths Paths { get; } = new();

    /// <summary>Conversions that no touch took part in: they are on no path.</summary>
    public long WithoutTouches { get; private set; }

    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfNotEqual(lane, 0);
        return new Lane(this, config, currency);
    }

    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) => ValueTask.CompletedTask;

    private void Merge(ChannelPaths paths, long withoutTouches)
    {
        lock (_merging)
        {
            Paths.Merge(paths);
            WithoutTouches += withoutTouches;
        }
    }

    /// <summary>The paths of one thread. Owned by it.</summary>
    private sealed class Lane(PathCollector owner, AttributionConfig config, uint currency) : IReplayLane
    {
        private const decimal TenThousandth = 0.0001m;
        private readonly List<string> _channels = [];
        private ChannelPaths _paths = new();
        private long _withoutTouches;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            ArgumentNullException.ThrowIfNull(result);
            if (result.Verdict == ConversionVerdict.Reinstall)
                return;
            if (result.EligibleCount == 0)
            {
                _withoutTouches++;
                return;
            }

            ref readonly Conversion conversion = ref history.Conversions[result.Conversion];
            decimal value = conversion.Currency == currency
                ? conversion.RevenueTenThousandths * TenThousandth
                : 0;
            _paths.Add(Channels(history, result.Eligible), 1, value, 0);
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
            if (!touches.IsEmpty)
                _paths.Add(Channels(history, touches), 0, 0, 1);
        }

        public ValueTask FlushAsync(CancellationToken cancel)
        {
            owner.Merge(_paths, _withoutTouches);
            _paths = new ChannelPaths();
            _withoutTouches = 0;
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
            // Holds nothing but memory.
        }

        private ReadOnlySpan<string> Channels(in PersonHistory history, ReadOnlySpan<int> touches)
        {
            // The newest of a path that is longer than paths can be.
            touches = touches[Math.Max(0, touches.Length - ChannelPaths.MaxSteps)..];
            _channels.Clear();
            foreach (int touch in touches)
                _channels.Add(config.Channels[history.Touches[touch].Channel]);
            return CollectionsMarshal.AsSpan(_channels);
        }
    }
}
