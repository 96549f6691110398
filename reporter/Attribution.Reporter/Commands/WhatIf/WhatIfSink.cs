using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Replay;
using Attribution.Replay.Rows;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// Takes a replay of two configs, the former as lane 0 and the latter as lane 1, and compares them conversion
/// by conversion. Writes nothing. Used by one replay; the diffs are asked for when it is over.
/// </summary>
/// <param name="models">Names of the models that both configs have.</param>
/// <param name="chosen">The model whose reasons and changed conversions are wanted: an index.</param>
/// <param name="maxListed">Changed conversions to keep.</param>
internal sealed class WhatIfSink(IReadOnlyList<string> models, int chosen, int maxListed) : IReplaySink
{
    private readonly List<ConversionDiff[]> _parts = [];
    private readonly PairedConversions _pairs = new();
    private readonly int _chosen = chosen;

    /// <summary>One per model, over all conversions.</summary>
    public IReadOnlyList<ConversionDiff> Diffs()
    {
        ConversionDiff[] all = NewDiffs();
        foreach (ConversionDiff[] part in _parts)
        {
            for (int model = 0; model < all.Length; model++)
                all[model].Merge(part[model]);
        }

        return all;
    }

    public IReplayLane NewLane(int lane, AttributionConfig config)
    {
        ConversionDiff[] part = NewDiffs();
        _parts.Add(part);
        int[] own = [.. models.Select(name => IndexOf(config, name))];
        return new Lane(this, lane, config, own, part);
    }

    /// <summary>Both lanes see a conversion in the same chunk: what is alone now stays alone.</summary>
    public ValueTask ChunkDoneAsync(int chunk, CancellationToken cancel)
    {
        ConversionDiff[] part = NewDiffs();
        foreach ((int side, AttributedConversion one) in _pairs.TakeSingles())
            Compare(part, side == 0 ? one : null, side == 0 ? null : one);
        _parts.Add(part);
        return ValueTask.CompletedTask;
    }

    /// <summary>Only the chosen model's changed conversions are listed.</summary>
    private ConversionDiff[] NewDiffs() =>
        [.. models.Select((_, model) => new ConversionDiff(model == _chosen ? maxListed : 0))];

    private void Compare(ConversionDiff[] part, AttributedConversion? former, AttributedConversion? latter)
    {
        ConversionFacts facts = (former ?? latter)!.Facts;
        for (int model = 0; model < models.Count; model++)
            part[model].Add(facts, former?.Of(model), latter?.Of(model));
    }

    private static int IndexOf(AttributionConfig config, string name)
    {
        for (int model = 0; model < config.Models.Count; model++)
        {
            if (config.Models[model].Name == name)
                return model;
        }

        throw new ArgumentException($"The config has no model '{name}'.", nameof(name));
    }

    /// <summary>One thread's part under one of the two configs.</summary>
    /// <param name="own">The config's index of each compared model.</param>
    private sealed class Lane(
        WhatIfSink sink, int side, AttributionConfig config, int[] own, ConversionDiff[] part) : IReplayLane
    {
        private const int IdBytes = 36;
        private readonly EvidenceWriter _evidence = new(config);

        public bool WantsNoConversion => false;

        public void Conversion(in PersonHistory history, AttributionResult result, in RowStamp stamp)
        {
            bool isReinstall = result.Verdict == ConversionVerdict.Reinstall;
            var credits = new ChannelCredit[own.Length][];
            for (int model = 0; model < own.Length; model++)
                credits[model] = Credits(history, result, own[model], isReinstall);

            var attributed = new AttributedConversion
            {
                Facts = Facts(history, history.Conversions[result.Conversion]),
                NotCountedRule = isReinstall ? "reinstall" : null,
                Credits = credits,
                Evidence = _evidence.Write(history, result, own[sink._chosen], stamp.Limits).ToArray(),
            };
            if (!sink._pairs.TryPair(side, attributed, out AttributedConversion other))
                return;
            if (side == 0)
                sink.Compare(part, attributed, other);
            else
                sink.Compare(part, other, attributed);
        }

        public void NoConversion(in PersonHistory history, ReadOnlySpan<int> touches)
        {
        }

        public ValueTask FlushAsync(CancellationToken cancel) => ValueTask.CompletedTask;

        public void Dispose()
        {
        }

        /// <summary>As rows have it: where nobody earned it, a pseudo touch has the whole.</summary>
        private ChannelCredit[] Credits(
            in PersonHistory history, AttributionResult result, int model, bool isReinstall)
        {
            ReadOnlySpan<CreditShare> shares = result.Shares(model);
            if (shares.IsEmpty)
                return isReinstall
                    ? []
                    : [
                        new ChannelCredit(
                            config.Channels[config.UnattributedChannel], 0, Attributor.WholeCredit,
                            history.Conversions[result.Conversion].RevenueTenThousandths),
                    ];

            Span<byte> id = stackalloc byte[IdBytes];
            var credits = new ChannelCredit[shares.Length];
            for (int i = 0; i < credits.Length; i++)
            {
                ref readonly Touch touch = ref history.Touches[shares[i].Touch];
                credits[i] = new ChannelCredit(
                    config.Channels[touch.Channel],
                    RejectionIndex.Touch(touch.TimeMillis, history.Texts.EventId(touch.EventId, id)),
                    shares[i].Credit,
                    shares[i].Value);
            }

            return credits;
        }

        private static ConversionFacts Facts(in PersonHistory history, in Conversion conversion)
        {
            Span<byte> id = stackalloc byte[IdBytes];
            return new ConversionFacts(
                DateTime.UnixEpoch.AddMilliseconds(conversion.TimeMillis),
                Encoding.UTF8.GetString(history.Texts.EventId(conversion.EventId, id)),
                Encoding.UTF8.GetString(history.Texts.Text(conversion.TypeId)),
                CurrencyText.Of(conversion.Currency));
        }
    }
}
