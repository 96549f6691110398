using Attribution.Model.Journeys;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// The texts of one shard's journeys: those that repeat, by number, and those that come and go with their
/// event. Owned by one worker thread.
/// </summary>
internal sealed class JourneyTexts(WorkerOptions options) : IJourneyTexts, IDisposable
{
    private readonly TextInterner _repeating = new(options.MaxTexts);
    private readonly TextHeap _heap = new(options.MaxTouches * 16);

    /// <summary>Texts that got a stand-in because there were too many different ones.</summary>
    public long OverflowCount => _repeating.OverflowCount;

    public long ReservedBytes => _heap.ReservedBytes;

    /// <summary>The number of a repeating text.</summary>
    public int Intern(ReadOnlySpan<byte> text) => _repeating.Intern(text);

    /// <summary>
    /// The number of a project's name, for which there is room whatever other projects send.
    /// </summary>
    public int InternProject(ReadOnlySpan<byte> name) => _repeating.InternReserved(name);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Text(int id) => _repeating.Text(id);

    /// <summary>Packs an event's id, on the heap where it must be.</summary>
    /// <returns>False when the heap's bound is reached.</returns>
    public bool TryPackId(ReadOnlySpan<byte> text, out CompactId id)
    {
        if (CompactId.TryPack(text, out id))
            return true;
        if (!_heap.TryAdd(text, out uint place))
            return false;
        id = CompactId.OnHeap(place, text.Length);
        return true;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _heap.Text((uint)id.Low, id.Length) : buffer[..id.Write(buffer)];

    /// <summary>Keeps the user id beside a conversion.</summary>
    /// <returns>False where the heap's bound is reached: it is left empty.</returns>
    public bool TrySetUserId(ref Conversion conversion, ReadOnlySpan<byte> userId)
    {
        conversion.UserId = 0;
        conversion.UserIdLength = 0;
        if (userId.IsEmpty)
            return true;
        if (!_heap.TryAdd(userId, out conversion.UserId))
            return false;
        conversion.UserIdLength = (ushort)userId.Length;
        return true;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserId(in Conversion conversion) => conversion.UserIdLength == 0
        ? default
        : _heap.Text(conversion.UserId, conversion.UserIdLength);

    /// <summary>Gives back the id of an event that leaves its journey, or did not enter one.</summary>
    public void Release(in CompactId id)
    {
        if (id.Form == IdForm.Heap)
            _heap.Remove((uint)id.Low, id.Length);
    }

    /// <summary>The same for a conversion, with its user id.</summary>
    public void Release(in Conversion conversion)
    {
        Release(conversion.EventId);
        if (conversion.UserIdLength > 0)
            _heap.Remove(conversion.UserId, conversion.UserIdLength);
    }

    /// <summary>Loads into empty ones of the same bounds.</summary>
    public void PassState(StateStream state)
    {
        _repeating.PassState(state);
        _heap.PassState(state);
    }

    public void Dispose()
    {
        _repeating.Dispose();
        _heap.Dispose();
    }
}
