using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.Faults.ClickHouse;

/// <summary>
/// Unpacks and reads the blocks that a sender posts, one at a time, from memory. Owned by one thread.
/// </summary>
internal sealed class BlockDecoder : IDisposable
{
    private readonly MemoryStream _posted = new();
    private readonly FrameStream _frames;
    private readonly BlockReader _reader;

    public BlockDecoder()
    {
        _frames = new FrameStream(_posted);
        _reader = new BlockReader(_frames);
    }

    /// <returns>The rows, valid until the next call.</returns>
    public ReadBlock Read(ReadOnlySpan<byte> frames)
    {
        _posted.SetLength(0);
        _posted.Write(frames);
        _posted.Position = 0;
        ValueTask<bool> read = _reader.ReadAsync();
        bool isBlock = read.IsCompleted && read.Result;
        if (!isBlock || _posted.Position != _posted.Length)
            throw new InvalidDataException("an insert is one whole Native block and nothing more");
        return _reader.Block;
    }

    public void Dispose() => _frames.Dispose();
}
