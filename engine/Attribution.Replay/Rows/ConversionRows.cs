using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;

namespace Attribution.Replay.Rows;

/// <summary>Whose row it is, and which of two rows of one conversion stands. A value.</summary>
public readonly record struct RowStamp
{
    public ulong Person { get; init; }

    /// <summary>1 + the sequence of the newest event that the row rests on.</summary>
    public ulong Version { get; init; }

    public HistoryLimits Limits { get; init; }
}

/// <summary>
/// Spells one attributed conversion out as rows, one per model: the same bytes from a stream and from a
/// replay. Owned by one thread.
/// </summary>
public sealed class ConversionRows
{
    private readonly EvidenceWriter _evidence;
    private readonly byte[][] _models;
    private readonly byte[][] _channels;

    public ConversionRows(AttributionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _evidence = new EvidenceWriter(config);
        _models = [.. config.Models.Select(model => Encoding.UTF8.GetBytes(model.Name))];
        _channels = [.. config.Channels.Select(Encoding.UTF8.GetBytes)];
    }

    public int ModelCount => _models.Length;

    /// <summary>Writes the row of one model.</summary>
    /// <param name="row">A row that was just begun.</param>
    /// <param name="result">What the attribution function said of the conversion.</param>
    public void Write<TRow>(
        scoped TRow row, in PersonHistory history, AttributionResult result, int model, in RowStamp stamp)
        where TRow : IAttributionRow, allows ref struct
    {
        ArgumentNullException.ThrowIfNull(result);
        ref readonly Conversion conversion = ref history.Conversions[result.Conversion];
        Span<byte> id = stackalloc byte[36];
        row.Header(new AttributionHeader
        {
            Project = history.Texts.Text(conversion.ProjectId),
            ConversionId = history.Texts.EventId(conversion.EventId, id),
            ConversionType = history.Texts.Text(conversion.TypeId),
            ConversionMillis = conversion.TimeMillis,
            Model = _models[model],
            Version = stamp.Version,
            Person = stamp.Person,
            UserId = history.Texts.UserId(conversion),
            RevenueTenThousandths = conversion.RevenueTenThousandths,
            Currency = conversion.Currency,
        });

        ReadOnlySpan<CreditShare> shares = result.Shares(model);
        if (shares.IsEmpty && result.Verdict != ConversionVerdict.Reinstall)
            WriteUnattributed(row, conversion);
        foreach (CreditShare share in shares)
            WriteTouch(row, history, share);
        row.End(_evidence.Write(history, result, model, stamp.Limits));
    }

    private void WriteTouch<TRow>(scoped TRow row, in PersonHistory history, CreditShare share)
        where TRow : IAttributionRow, allows ref struct
    {
        Span<byte> id = stackalloc byte[36];
        ref readonly Touch touch = ref history.Touches[share.Touch];
        row.Touch(new CreditedTouch
        {
            TouchId = history.Texts.EventId(touch.EventId, id),
            TouchMillis = touch.TimeMillis,
            TouchType = history.Texts.Text(touch.TypeId),
            Channel = _channels[touch.Channel],
            Source = history.Texts.Text(touch.SourceId),
            Medium = history.Texts.Text(touch.MediumId),
            Campaign = history.Texts.Text(touch.CampaignId),
            CreditMillionths = share.Credit,
            ValueTenThousandths = share.Value,
        });
    }

    /// <summary>
    /// A pseudo touch without an id takes the whole, so that credits sum to conversions in any query. A
    /// reinstall has none: it is no conversion.
    /// </summary>
    private void WriteUnattributed<TRow>(scoped TRow row, in Conversion conversion)
        where TRow : IAttributionRow, allows ref struct => row.Touch(new CreditedTouch
        {
            TouchId = default,
            TouchMillis = 0,
            TouchType = default,
            Channel = _channels[^1],
            Source = default,
            Medium = default,
            Campaign = default,
            CreditMillionths = Attributor.WholeCredit,
            ValueTenThousandths = conversion.RevenueTenThousandths,
        });
}
