using System.Buffers.Text;
using Attribution.Simulator.Rendering;

namespace Attribution.Simulator.Streaming;

/// <summary>How several events are framed in one request body.</summary>
public enum BodyFormat
{
    JsonArray,
    NdJson,
}

/// <summary>
/// A request body being filled with events, complete after each one. Its buffers are kept by <see
/// cref="Clear"/>. Owned by one thread at a time: whoever fills it, then whoever sends it.
/// </summary>
public sealed class EventBody(BodyFormat format = BodyFormat.JsonArray)
{
    private byte[] _bytes = new byte[64 * 1024];
    private (int Offset, long SkewMillis)[] _stamps = new (int, long)[16];
    private int _length;
    private int _stampCount;

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    public void Clear()
    {
        Count = 0;
        _length = 0;
        _stampCount = 0;
    }

    /// <summary>
    /// Sets every <c>sent_at</c> to what its sender's wrong clock shows at this moment. The engine corrects
    /// the event's time by what it reads there, so this belongs right before each sending, repeated ones too.
    /// </summary>
    public void StampSent(long nowMillis)
    {
        foreach ((int offset, long skewMillis) in _stamps.AsSpan(0, _stampCount))
            Utf8Formatter.TryFormat(nowMillis + skewMillis, _bytes.AsSpan(offset), out _);
    }

    /// <summary>Room for one event; <see cref="End"/> says how much of it was used.</summary>
    internal Span<byte> Begin()
    {
        int needed = _length + EventRenderer.MaxEventBytes + 2;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        if (format == BodyFormat.JsonArray)
        {
            if (Count == 0)
                _bytes[_length++] = (byte)'[';
            else
                _bytes[_length - 1] = (byte)',';
        }

        return _bytes.AsSpan(_length);
    }

    internal void End(int written, int sentAtOffset, long skewMillis)
    {
        if (sentAtOffset >= 0)
        {
            if (_stampCount == _stamps.Length)
                Array.Resize(ref _stamps, _stampCount * 2);
            _stamps[_stampCount++] = (_length + sentAtOffset, skewMillis);
        }

        Count++;
        _length += written;
        _bytes[_length++] = format == BodyFormat.JsonArray ? (byte)']' : (byte)'\n';
    }
}
