using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay;
using Attribution.Replay.Rows;

namespace Attribution.Reporter.Commands.Sweeps;

/// <summary>
/// Sums the credit of each channel under one model, per config of a replay. Writes nothing. Used by one
/// replay; the sums are asked for when it is over.
/// </summary>
internal sealed class SweepSink(string model) : IReplaySink
{
    private readonly List<Lane> _lanes = [];

    /// <summary>Credit in millionths, by lane and channel.</summary>
    public Dictionary<(int Lane, string Channel), Int128> Sums()
    {
        var sums = new Dictionary<(int, string), Int128>();
        foreach (Lane lane in _lanes)
        {
            for (int channel = 0; channel < lane.Credits.Length; channel++)
            {
                (int, string) key = (lane.Number, lane.Config.Channels[channel]);
                if (lane.Credits[channel] != 0)
                    sums[key] = sums.GetValueOrDefault(key) + lane.Credits[channel];
            }
        }

        return sums;
    }

    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        int own = config.Models.ToList().FindIndex(each => each.Name == model);
        var added = new Lane(lane, config, own);
        _lanes.Add(added);
        return added;
    }

    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>One thread's part under one config.</summary>
    private sealed class Lane(int number, AttributionConfig config, int model) : IReplayLane
    {
        public int Number => number;

        public AttributionConfig Config => config;

        /// <summary>Millionths, by the config's channels.</summary>
        public long[] Credits { get; } = new long[config.Channels.Count];

        public bool WantsNoConversion => false;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            ReadOnlySpan<CreditShare> shares = result.Shares(model);
            // As rows have it: where nobody earned it, a pseudo touch has the whole.
            if (shares.IsEmpty && result.Verdict != ConversionVerdict.Reinstall)
                Credits[config.UnattributedChannel] += Attributor.WholeCredit;
            foreach (ref readonly CreditShare share in shares)
                Credits[history.Touches[share.Touch].Channel] += share.Credit;
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
