using Attribution.Model.Events;

namespace Attribution.Engine.Recovery;

/// <summary>
/// Stored events on their way back into identity and workers. Filled by the reading thread, then handed from
/// stage to stage; whoever has it last gives it back.
/// </summary>
internal sealed class RestoreBatch
{
    private const int MaxEvents = 1024;

    private readonly EventRecord[] _records = new EventRecord[MaxEvents];
    private readonly byte[] _bytes = new byte[(MaxEvents * 256) + ushort.MaxValue];
    private int _bytesUsed;
    private int _readers;

    public int Count { get; private set; }

    /// <summary>Whether one more event may not find room.</summary>
    public bool IsFull => Count == MaxEvents || _bytesUsed > _bytes.Length - ushort.MaxValue;

    public ref EventRecord this[int index] => ref _records[index];

    public ReadOnlySpan<byte> Bytes(in EventRecord record) =>
        _bytes.AsSpan((int)record.ArenaOffset, record.Header.BytesLength);

    public void Add(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        ref EventRecord added = ref _records[Count++];
        added = record;
        added.ArenaOffset = _bytesUsed;
        eventBytes.CopyTo(_bytes.AsSpan(_bytesUsed));
        _bytesUsed += eventBytes.Length;
    }

    public void Clear()
    {
        Count = 0;
        _bytesUsed = 0;
    }

    /// <summary>So many stages read it next, at one time.</summary>
    public void Share(int readers) => _readers = readers;

    /// <returns>Whether all of them have read it.</returns>
    public bool EndReading() => Interlocked.Decrement(ref _readers) == 0;
}
