using Attribution.Model.Events;

namespace Attribution.Replay.Reading;

/// <summary>
/// Builds one event record from fields read back from storage, in a buffer that is reused for the next one.
/// Owned by one reading thread.
/// </summary>
public sealed class RecordBuilder
{
    private readonly byte[] _bytes = new byte[2 * EventRecord.MaxBytes];
    private EventRecord _record;
    private int _length;

    public ref EventRecord Record => ref _record;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Begin(long timestampMillis)
    {
        _record = default;
        _record.Header.Kind = EventKind.Event;
        _record.Header.TimestampMillis = timestampMillis;
        _length = 0;
    }

    public void Add(EventField field, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(_length));
        _record.Header.Fields[(int)field] =
            new FieldSlice { Offset = (ushort)_length, Length = (ushort)text.Length };
        _length += text.Length;
    }

    public void SetRevenue(long tenThousandths)
    {
        _record.Header.RevenueTenThousandths = tenThousandths;
        _record.Header.Flags |= EventFlags.HasRevenue;
    }

    public void SetCurrency(ReadOnlySpan<byte> currency)
    {
        if (currency.Length == 3)
            _record.Header.Currency = currency[0] | ((uint)currency[1] << 8) | ((uint)currency[2] << 16);
    }

    public void End()
    {
        _record.Header.BytesLength = (ushort)_length;
        _record.ComputeHashes(Bytes);
    }
}
