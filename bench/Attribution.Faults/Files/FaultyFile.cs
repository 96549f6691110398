using Attribution.Engine.Journal;

namespace Attribution.Faults.Files;

/// <summary>A file of a <see cref="FaultyFileSystem"/>. Used by one thread.</summary>
internal sealed class FaultyFile(FaultyFileSystem files, string name) : IJournalFile
{
    private const int SectorBytes = 512;

    private readonly HashSet<int> _dirty = [];
    private byte[] _current = [];
    private byte[] _durable = [];

    public long LengthBytes => _current.Length;

    public int ReadAt(long offset, Span<byte> target)
    {
        files.OnCall(FileCall.Read, name);
        int count = (int)Math.Clamp(_current.Length - offset, 0, target.Length);
        _current.AsSpan((int)Math.Min(offset, _current.Length), count).CopyTo(target);
        return count;
    }

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            files.OnCall(FileCall.Write, name);
        }
        catch
        {
            Change((int)offset, bytes[..files.Random.Next(bytes.Length)]);
            throw;
        }

        Change((int)offset, bytes);
    }

    public void SyncData()
    {
        try
        {
            files.OnCall(FileCall.Sync, name);
        }
        catch
        {
            Persist(0.5);
            _dirty.Clear();
            throw;
        }

        Array.Resize(ref _durable, _current.Length);
        Persist(1);
        _dirty.Clear();
    }

    public void Sync() => SyncData();

    public void Truncate(long bytes)
    {
        files.OnCall(FileCall.Truncate, name);
        Array.Resize(ref _current, (int)bytes);
    }

    public void Dispose()
    {
    }

    public void LosePower(double kept)
    {
        if (files.Random.NextDouble() < kept)
            Array.Resize(ref _durable, _current.Length);
        Persist(kept);
        _dirty.Clear();
        _current = (byte[])_durable.Clone();
    }

    /// <returns>False when nothing but zeros is there.</returns>
    public bool TryFlipBit(out int offset)
    {
        offset = 0;
        int used = _current.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        if (used == 0)
            return false;
        offset = files.Random.Next(used);
        byte bit = (byte)(1 << files.Random.Next(8));
        _current[offset] ^= bit;
        if (offset < _durable.Length)
            _durable[offset] ^= bit;
        return true;
    }

    public byte[] Bytes() => (byte[])_current.Clone();

    public void Put(byte[] bytes)
    {
        _current = (byte[])bytes.Clone();
        _durable = (byte[])bytes.Clone();
    }

    private void Change(int offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if (offset + bytes.Length > _current.Length)
            Array.Resize(ref _current, offset + bytes.Length);
        bytes.CopyTo(_current.AsSpan(offset));
        for (int sector = offset / SectorBytes; sector <= (offset + bytes.Length - 1) / SectorBytes; sector++)
            _dirty.Add(sector);
    }

    private void Persist(double probability)
    {
        foreach (int sector in _dirty)
        {
            int start = sector * SectorBytes;
            int end = Math.Min(start + SectorBytes, _current.Length);
            if (start >= end || files.Random.NextDouble() >= probability)
                continue;
            if (end > _durable.Length)
                Array.Resize(ref _durable, end);
            _current.AsSpan(start..end).CopyTo(_durable.AsSpan(start));
        }
    }
}
