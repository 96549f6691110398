using Attribution.Model.Journeys;

namespace Attribution.Replay.Chunks;

/// <summary>
/// The texts of one chunk's histories, shared by its lanes. Written by the reading thread; read by any once
/// reading is over.
/// </summary>
internal sealed class ChunkTexts : IJourneyTexts, IDisposable
{
    private readonly TextArena _heap;

    public ChunkTexts(MemoryBudget budget)
    {
        _heap = new TextArena(budget);
        Table = new TextTable(_heap, budget);
    }

    /// <summary>Types, sources, mediums, campaigns and projects.</summary>
    public TextTable Table { get; }

    public CompactId Pack(ReadOnlySpan<byte> eventId) => CompactId.TryPack(eventId, out CompactId id)
        ? id
        : CompactId.OnHeap(_heap.Add(eventId), eventId.Length);

    public void SetUserId(ref Conversion conversion, ReadOnlySpan<byte> userId)
    {
        conversion.UserId = userId.IsEmpty ? 0 : _heap.Add(userId);
        conversion.UserIdLength = (ushort)userId.Length;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _heap.Text((uint)id.Low, id.Length) : buffer[..id.Write(buffer)];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Text(int id) => Table.Text(id);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> UserId(in Conversion conversion) =>
        _heap.Text(conversion.UserId, conversion.UserIdLength);

    public void Clear()
    {
        _heap.Clear();
        Table.Clear();
    }

    public void Dispose()
    {
        _heap.Dispose();
        Table.Dispose();
    }
}
