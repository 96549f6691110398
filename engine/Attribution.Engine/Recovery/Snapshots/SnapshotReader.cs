using Attribution.Model.Memory;

namespace Attribution.Engine.Recovery.Snapshots;

/// <summary>
/// Loads one part of the state from one file; every frame is verified before any byte of it is used. Owned by
/// one thread; disposing closes the file.
/// </summary>
internal sealed class SnapshotReader : StateStream, IDisposable
{
    private readonly FileStream _file;
    private readonly SnapshotFrame _frame;
    private int _length;
    private int _used;
    private int _number;

    public SnapshotReader(string path, ulong snapshot)
    {
        _file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        _frame = new SnapshotFrame(snapshot);
    }

    public override bool IsLoading => true;

    /// <inheritdoc/>
    public override void Pass(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == _length && !TryRead())
                throw new InvalidDataException("The snapshot ends too early.");
            int count = Math.Min(bytes.Length, _length - _used);
            _frame.Bytes.Slice(_used, count).CopyTo(bytes);
            _used += count;
            bytes = bytes[count..];
        }
    }

    /// <exception cref="InvalidDataException">The file has more, or less.</exception>
    public void Complete()
    {
        if (_used < _length || TryRead() || _file.Position != _file.Length)
            throw new InvalidDataException("The snapshot does not end where its state does.");
    }

    public void Dispose() => _file.Dispose();

    /// <returns>False at the frame that ends the file.</returns>
    private bool TryRead()
    {
        try
        {
            _file.ReadExactly(_frame.Head);
            _length = _frame.LengthOf(_number++);
            _file.ReadExactly(_frame.Bytes[.._length]);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The snapshot is cut short.", e);
        }

        _frame.Verify(_length);
        _used = 0;
        return _length > 0;
    }
}
