using System.Runtime.InteropServices;
using Attribution.Engine.Ingest;
using Attribution.Model.Events;

namespace Attribution.Faults.Fuzzing;

/// <summary>
/// Reads a body with the strict parser and with the fast one in each of its widths, and says where they part.
/// What the fast ones learn from one body they keep for the next. Used by one thread at a time.
/// </summary>
public sealed class ParserDifference
{
    private readonly IngestContext _context;
    private readonly EventBatch _strict = new();
    private readonly EventBatch _wide = new();
    private readonly EventBatch _narrow = new();
    private readonly EventBatch _plain = new();

    public ParserDifference(IngestLimits? limits = null) =>
        _context = new IngestContext(new Project("p1"), new Address(1, 2), ReceivedMillis: 1_795_236_875_123)
        {
            Limits = limits ?? IngestLimits.Default,
        };

    /// <summary>Events and rejected ones of the last body.</summary>
    public int Count => _strict.Count;

    /// <summary>Events of the last body.</summary>
    public int Accepted => _strict.Accepted;

    /// <returns>Null when all read the same.</returns>
    public string? Find(ReadOnlySpan<byte> body)
    {
        BodyError error = Read<NoFastParser>(body, _strict);
        return Compare("256 bits", error, Read<FastEventParser<WideScan>>(body, _wide), _wide)
            ?? Compare("128 bits", error, Read<FastEventParser<NarrowScan>>(body, _narrow), _narrow)
            ?? Compare("plain", error, Read<FastEventParser<PlainScan>>(body, _plain), _plain);
    }

    /// <summary>Whether the fast parser takes an object, in every width.</summary>
    public bool IsTakenFast(ReadOnlySpan<byte> body, int start) =>
        IsTaken<FastEventParser<WideScan>>(body, start, _wide)
        & IsTaken<FastEventParser<NarrowScan>>(body, start, _narrow)
        & IsTaken<FastEventParser<PlainScan>>(body, start, _plain);

    private bool IsTaken<TFast>(ReadOnlySpan<byte> body, int start, EventBatch batch)
        where TFast : struct, IFastParser
    {
        batch.Clear();
        batch.Memory.Begin();
        return TFast.TryParse(body, start, _context, batch, out _);
    }

    private BodyError Read<TFast>(ReadOnlySpan<byte> body, EventBatch batch)
        where TFast : struct, IFastParser
    {
        batch.Clear();
        batch.Trim();
        return BatchReader<TFast>.Read(body, _context, batch);
    }

    private string? Compare(string width, BodyError expected, BodyError error, EventBatch batch)
    {
        string? what = error != expected ? $"the body's error {error}, not {expected}"
            : batch.Count != _strict.Count ? $"{batch.Count} records, not {_strict.Count}"
            : batch.Rejected != _strict.Rejected ? $"{batch.Rejected} rejected, not {_strict.Rejected}"
            : batch.UnknownFields != _strict.UnknownFields
                ? $"{batch.UnknownFields} unknown fields, not {_strict.UnknownFields}"
            : !batch.Rejections.SequenceEqual(_strict.Rejections) ? "the errors"
            : !batch.ReasonCounts.SequenceEqual(_strict.ReasonCounts) ? "the errors' counts"
            : !batch.Text.SequenceEqual(_strict.Text) ? "the text"
            : FindRecord(batch.Records);
        return what is null ? null : $"at {width} differs: {what}";
    }

    private string? FindRecord(ReadOnlySpan<EventRecord> records)
    {
        for (int i = 0; i < records.Length; i++)
        {
            if (!MemoryMarshal.AsBytes(records.Slice(i, 1)).SequenceEqual(
                MemoryMarshal.AsBytes(_strict.Records.Slice(i, 1))))
                return $"record {i}";
        }

        return null;
    }
}
