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

    /// <exception cref="InvalidDataException">No event of the contract is that long.</exception>
    public void Add(EventField field, ReadOnlySpan<byte> text)
    {
        if (text.Length > ushort.MaxValue - _length)
            throw new InvalidDataException(
                $"A stored event holds more than {ushort.MaxValue} bytes of text: no engine wrote it.");
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

    /// <param name="high">Bytes 0–7 of the address, as they lie in memory.</param>
    public void SetAddress(ulong high, ulong low)
    {
        _record.Header.IpHigh = high;
        _record.Header.IpLow = low;
    }

    /// <summary>Sets the hashes of the ids added so far, but not the event's own.</summary>
    public void HashIds(ulong projectHash)
    {
        _record.UserIdHash = HashOf(projectHash, IdKind.User, EventField.UserId);
        _record.AnonymousIdHash = HashOf(projectHash, IdKind.Anonymous, EventField.AnonymousId);
        _record.DeviceIdHash = HashOf(projectHash, IdKind.Device, EventField.DeviceId);
    }

    /// <summary>Ends a record whose hashes are set, or not needed.</summary>
    public void EndHashed() => _record.Header.BytesLength = (ushort)_length;

    public void End()
    {
        EndHashed();
        _record.ComputeHashes(Bytes);
    }

    private ulong HashOf(ulong projectHash, IdKind kind, EventField field)
    {
        ReadOnlySpan<byte> id = _record.Field(field, Bytes);
        return id.IsEmpty ? 0 : EventHash.Id(projectHash, kind, id);
    }
}
