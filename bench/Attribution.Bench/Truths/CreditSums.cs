using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay;
using Attribution.Replay.Rows;

namespace Attribution.Bench.Truths;

/// <summary>Sums what a replay credits to each channel under each model. Lanes sum apart.</summary>
internal sealed class CreditSums : IReplaySink
{
    private readonly Lock _merging = new();
    private readonly long[,] _millionths;

    public CreditSums(AttributionConfig config)
    {
        Config = config;
        _millionths = new long[config.Models.Count, config.Channels.Count];
    }

    public AttributionConfig Config { get; }

    public long Conversions { get; private set; }

    /// <summary>Conversions credited to a channel under a model, by index.</summary>
    public double Credited(int model, int channel) => _millionths[model, channel] / 1e6;

    public IReplayLane NewLane(int lane, AttributionConfig config) => new Lane(this);

    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) => ValueTask.CompletedTask;

    private sealed class Lane(CreditSums owner) : IReplayLane
    {
        private readonly long[,] _millionths = new long[
            owner._millionths.GetLength(0), owner._millionths.GetLength(1)];

        private long _conversions;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            _conversions++;
            for (int model = 0; model < _millionths.GetLength(0); model++)
            {
                foreach (CreditShare share in result.Shares(model))
                    _millionths[model, history.Touches[share.Touch].Channel] += share.Credit;
            }
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancel)
        {
            lock (owner._merging)
            {
                owner.Conversions += _conversions;
                for (int model = 0; model < _millionths.GetLength(0); model++)
                {
                    for (int channel = 0; channel < _millionths.GetLength(1); channel++)
                        owner._millionths[model, channel] += _millionths[model, channel];
                }
            }

            _conversions = 0;
            Array.Clear(_millionths);
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
