using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>What one channel earned under one model, in one currency. A value.</summary>
/// <param name="Credit">In conversions: a whole conversion is 1.</param>
/// <param name="Value">In major units.</param>
public readonly record struct ChannelTotal(
    string Model, string Channel, string Currency, decimal Credit, decimal Value);

/// <summary>
/// Sums of what a replay attributes, and nothing else: what it would write, without writing. Used by one
/// replay; the sums are asked for when it is over.
/// </summary>
public sealed class TotalsSink : IReplaySink
{
    private readonly List<(int Lane, TotalsLane Part)> _parts = [];

    /// <summary>Conversions that no touch earned.</summary>
    public long Unattributed(int lane = 0) => Parts(lane).Sum(part => part.Unattributed);

    /// <summary>By model in the config's order, then the largest credit first.</summary>
    public IReadOnlyList<ChannelTotal> Channels(int lane = 0)
    {
        var sums =
            new Dictionary<(int Model, ushort Channel, uint Currency), (decimal Credit, decimal Value)>();
        AttributionConfig? config = null;
        foreach (TotalsLane part in Parts(lane))
        {
            config = part.Config;
            foreach (((int, ushort, uint) key, (long Credit, decimal Value) sum) in part.Sums)
            {
                (decimal credit, decimal value) = sums.GetValueOrDefault(key);
                sums[key] = (credit + (sum.Credit / (decimal)Attributor.WholeCredit), value + sum.Value);
            }
        }

        return
        [
            .. sums.OrderBy(sum => sum.Key.Model).ThenByDescending(sum => sum.Value.Credit)
                .ThenBy(sum => sum.Key.Channel).ThenBy(sum => sum.Key.Currency)
                .Select(sum => new ChannelTotal(
                    config!.Models[sum.Key.Model].Name, config.Channels[sum.Key.Channel],
                    CurrencyText.Of(sum.Key.Currency), sum.Value.Credit, sum.Value.Value)),
        ];
    }

    /// <inheritdoc/>
    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        var part = new TotalsLane(config);
        _parts.Add((lane, part));
        return part;
    }

    /// <inheritdoc/>
    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel) => ValueTask.CompletedTask;

    private IEnumerable<TotalsLane> Parts(int lane) =>
        _parts.Where(part => part.Lane == lane).Select(part => part.Part);

    /// <summary>One thread's sums. Owned by that thread, then by the sink.</summary>
    private sealed class TotalsLane(AttributionConfig config) : IReplayLane
    {
        private const decimal MoneyScale = 10_000m;

        public AttributionConfig Config => config;

        public long Unattributed { get; private set; }

        /// <summary>Millionths of a conversion, and value in major units.</summary>
        public Dictionary<(int Model, ushort Channel, uint Currency), (long Credit, decimal Value)> Sums
        {
            get;
        } = [];

        public bool WantsNoConversion => false;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            ref readonly Conversion conversion = ref history.Conversions[result.Conversion];
            bool isEarned = false;
            for (int model = 0; model < config.Models.Count; model++)
            {
                ReadOnlySpan<CreditShare> shares = result.Shares(model);
                isEarned |= !shares.IsEmpty;
                foreach (CreditShare share in shares)
                {
                    ushort channel = history.Touches[share.Touch].Channel;
                    Add(model, channel, conversion.Currency, share.Credit, share.Value);
                }

                if (shares.IsEmpty && result.Verdict != ConversionVerdict.Reinstall)
                    Add(model, config.UnattributedChannel, conversion.Currency, Attributor.WholeCredit,
                        conversion.RevenueTenThousandths);
            }

            Unattributed += isEarned ? 0 : 1;
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancel) => ValueTask.CompletedTask;

        public void Dispose()
        {
        }

        private void Add(int model, ushort channel, uint currency, uint credit, long tenThousandths)
        {
            (long Credit, decimal Value) sum = Sums.GetValueOrDefault((model, channel, currency));
            Sums[(model, channel, currency)] =
                (sum.Credit + credit, sum.Value + (tenThousandths / MoneyScale));
        }
    }
}
