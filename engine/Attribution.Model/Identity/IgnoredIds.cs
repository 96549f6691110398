using System.Text;
using Attribution.Model.Configs;
using Attribution.Model.Text;

namespace Attribution.Model.Identity;

/// <summary>The ids that say nothing, such as <c>null</c>, in any case. Immutable.</summary>
internal sealed class IgnoredIds
{
    private const int MaxIgnoredBytes = 64;

    private readonly Utf8Map _ignored;

    /// <summary>By the first byte, in either case: most ids begin as none of the ignored does.</summary>
    private readonly bool[] _isFirst = new bool[256];

    public IgnoredIds(IdentityConfig config)
    {
        string[] ids = [.. config.Ignore.Where(id => id.Length > 0)];
        _ignored = new Utf8Map(ids.ToDictionary(id => id, _ => 1));
        foreach (string id in ids)
        {
            byte first = Encoding.UTF8.GetBytes(id)[0];
            _isFirst[first] = true;
            if (char.IsAsciiLetterLower((char)first))
                _isFirst[first & ~0x20] = true;
        }
    }

    public bool Contains(ReadOnlySpan<byte> id)
    {
        if (id.Length is 0 or > MaxIgnoredBytes || !_isFirst[id[0]])
            return false;
        return _ignored.Find(AsciiCase.ToLower(id, stackalloc byte[MaxIgnoredBytes])) >= 0;
    }
}
