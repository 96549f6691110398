using System.Runtime.InteropServices;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// A touch as it is kept: what is its own, and the number of what it has in common with others. 36 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct StoredTouch
{
    // Of its own event id: 18 bytes in three fields, and its time in the upper 48 bits of the first.
    private long _timeAndForm;
    private ulong _idHigh;
    private ulong _idLow;

    /// <summary>32 bits of the click id's hash; 0 where it carries none.</summary>
    public uint ClickHash;

    /// <summary>Of its traits, in <see cref="TraitTable"/>.</summary>
    public uint Traits;

    /// <summary>The cell of the next newer touch; the newest one's is the oldest.</summary>
    public uint Next;

    public readonly long TimeMillis => _timeAndForm >> 16;

    public readonly CompactId EventId => new()
    {
        High = _idHigh,
        Low = _idLow,
        Form = (IdForm)((_timeAndForm >> 8) & 255),
        Length = (byte)_timeAndForm,
    };

    /// <summary>Takes over what is the touch's own.</summary>
    public void SetOwn(in Touch touch)
    {
        _timeAndForm = (touch.TimeMillis << 16) | ((long)touch.EventId.Form << 8) | touch.EventId.Length;
        _idHigh = touch.EventId.High;
        _idLow = touch.EventId.Low;
        ClickHash = touch.ClickHash;
    }
}
