using System.Numerics;
using System.Text;

namespace Attribution.Model.Text;

/// <summary>
/// Finds a small number by UTF-8 text, byte for byte, without making a string of it.
/// Immutable: any number of threads may share it.
/// </summary>
internal sealed class Utf8Map
{
    private readonly byte[]?[] _keys;
    private readonly int[] _values;
    private readonly int _maxKeyBytes;

    public Utf8Map(IReadOnlyCollection<KeyValuePair<string, int>> entries)
    {
        // At most half full, so that a probe ends soon.
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries.Count * 2, 2));
        _keys = new byte[]?[slots];
        _values = new int[slots];
        foreach ((string text, int value) in entries)
        {
            byte[] key = Encoding.UTF8.GetBytes(text);
            int slot = SlotOf(key);
            if (_keys[slot] is not null)
                throw new ArgumentException($"'{text}' stands twice.", nameof(entries));
            _keys[slot] = key;
            _values[slot] = value;
            _maxKeyBytes = Math.Max(_maxKeyBytes, key.Length);
        }
    }

    /// <summary>The text's number, or −1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        if (text.Length > _maxKeyBytes)
            return -1;
        int slot = SlotOf(text);
        return _keys[slot] is null ? -1 : _values[slot];
    }

    /// <summary>Where the text is, or the empty slot where it would be.</summary>
    private int SlotOf(ReadOnlySpan<byte> text)
    {
        int mask = _keys.Length - 1;
        int slot = (int)(Hash(text) >> 32) & mask;
        while (_keys[slot] is { } key && !text.SequenceEqual(key))
            slot = (slot + 1) & mask;
        return slot;
    }

    /// <summary>FNV-1a with a last multiplication: the keys are few, short and chosen by us.</summary>
    private static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in text)
            hash = (hash ^ b) * 0x100000001b3;
        return hash * 0x9e3779b97f4a7c15;
    }
}
