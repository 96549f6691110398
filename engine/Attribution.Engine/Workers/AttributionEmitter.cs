using System.Text;
using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// Attributes a conversion and writes its rows, one per model. Owned by one worker thread.
/// </summary>
internal sealed class AttributionEmitter
{
    private const uint WholeCredit = 1_000_000;

    private readonly JourneyStore _store;
    private readonly ShardWriter _writer;
    private readonly Attributor _attributor;
    private readonly AttributionResult _result;
    private readonly EvidenceWriter _evidence;
    private readonly byte[][] _models;
    private readonly byte[][] _channels;

    public AttributionEmitter(
        AttributionConfig config, JourneyStore store, ShardWriter writer, int maxTouches)
    {
        _store = store;
        _writer = writer;
        _attributor = new Attributor(config);
        _result = new AttributionResult(config, maxTouches);
        _evidence = new EvidenceWriter(config, maxTouches);
        _models = [.. config.Models.Select(model => Encoding.UTF8.GetBytes(model.Name()))];
        _channels = [.. config.Channels.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Rows written, models counted apart.</summary>
    public long RowCount { get; private set; }

    /// <param name="sequence">Of the event that made or changed the conversion's history; the rows'
    /// version.</param>
    public void Emit(in PersonState person, in ConversionState conversion, long sequence)
    {
        ReadOnlySpan<Touch> touches = _store.Touches(person);
        _attributor.Attribute(touches, conversion.Conversion, _result);
        ReadOnlySpan<byte> evidence = _evidence.Write(_store, person, conversion.Conversion, _result);
        for (int model = 0; model < _models.Length; model++)
            WriteRow(person, conversion, touches, model, evidence, sequence);
    }

    private void WriteRow(
        in PersonState person,
        in ConversionState conversion,
        ReadOnlySpan<Touch> touches,
        int model,
        ReadOnlySpan<byte> evidence,
        long sequence)
    {
        Span<byte> id = stackalloc byte[36];
        AttributionRow row = _writer.BeginAttribution(conversion.Conversion.TimeMillis, sequence);
        row.Header(new AttributionHeader
        {
            Project = _store.Texts.Text(conversion.ProjectId),
            ConversionId = _store.Text(conversion.Conversion.EventId, id),
            ConversionType = _store.Texts.Text(conversion.TypeId),
            ConversionMillis = conversion.Conversion.TimeMillis,
            Model = _models[model],
            Version = (ulong)sequence + 1,
            Person = person.Key,
            UserId = _store.Text(conversion.UserId, conversion.UserIdLength),
            RevenueTenThousandths = conversion.Conversion.RevenueTenThousandths,
            Currency = conversion.Currency,
        });

        if (_result.EligibleCount == 0)
            WriteUnattributed(row, conversion);
        else
            WriteTouches(row, touches, model);
        row.End(evidence);
        RowCount++;
    }

    private void WriteTouches(AttributionRow row, ReadOnlySpan<Touch> touches, int model)
    {
        Span<byte> id = stackalloc byte[36];
        ReadOnlySpan<uint> credits = _result.Credits(model);
        ReadOnlySpan<long> values = _result.Values(model);
        for (int i = 0; i < touches.Length; i++)
        {
            if (credits[i] == 0)
                continue;
            ref readonly Touch touch = ref touches[i];
            row.Touch(new CreditedTouch
            {
                TouchId = _store.Text(touch.EventId, id),
                TouchMillis = touch.TimeMillis,
                TouchType = _store.Texts.Text(touch.TypeId),
                Channel = _channels[touch.Channel],
                Source = _store.Texts.Text(touch.SourceId),
                Medium = _store.Texts.Text(touch.MediumId),
                Campaign = _store.Texts.Text(touch.CampaignId),
                CreditMillionths = credits[i],
                ValueTenThousandths = values[i],
            });
        }
    }

    /// <summary>
    /// A pseudo touch without an id takes the whole, so that credits sum to conversions in any query.
    /// </summary>
    private void WriteUnattributed(AttributionRow row, in ConversionState conversion) =>
        row.Touch(new CreditedTouch
        {
            TouchId = default,
            TouchMillis = 0,
            TouchType = default,
            Channel = _channels[^1],
            Source = default,
            Medium = default,
            Campaign = default,
            CreditMillionths = WholeCredit,
            ValueTenThousandths = conversion.Conversion.RevenueTenThousandths,
        });
}
