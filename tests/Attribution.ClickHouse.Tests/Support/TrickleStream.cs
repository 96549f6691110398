namespace Attribution.ClickHouse.Tests.Support;

/// <summary>Gives bytes in pieces of a given size, as a network may. Owned by one reader.</summary>
internal sealed class TrickleStream(byte[] bytes, int pieceBytes) : MemoryStream(bytes)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceBytes)]);

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
}
