using Attribution.Model.Memory;

namespace Attribution.Engine.Recovery.Snapshots;

/// <summary>Saves one part of the state into one file. Used by one thread, disposing it too.</summary>
internal sealed class SnapshotWriter : StateStream, IDisposable
{
    private readonly FileStream _file;
    private readonly SnapshotFrame _frame;
    private readonly CancellationToken _cancel;
    private int _used;
    private int _number;

    /// <param name="path">There must be no such file yet.</param>
    /// <param name="snapshot">A number that no other snapshot has.</param>
    /// <param name="cancel">Ends the writing at the next frame.</param>
    public SnapshotWriter(string path, ulong snapshot, CancellationToken cancel)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(path, options);
        _frame = new SnapshotFrame(snapshot);
        _cancel = cancel;
    }

    public override bool IsLoading => false;

    public override void Pass(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_used == SnapshotFrame.MaxBytes)
                Write();
            int count = Math.Min(bytes.Length, SnapshotFrame.MaxBytes - _used);
            bytes[..count].CopyTo(_frame.Bytes[_used..]);
            _used += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Without it the file counts as broken.</summary>
    public void Complete()
    {
        if (_used > 0)
            Write();
        Write();
    }

    public void Dispose() => _file.Dispose();

    private void Write()
    {
        _cancel.ThrowIfCancellationRequested();
        _file.Write(_frame.Seal(_number++, _used));
        _used = 0;
    }
}
