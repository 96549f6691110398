using System.Text;
using Attribution.ClickHouse.Compression;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>
/// The id that all rows of an insert carry in the column <c>block</c>: 64 bits of the hash of its token.
/// Stateless.
/// </summary>
/// <remarks>
/// A hash, as the token is the only one of its kind in all runs, while a counter would need a number of the
/// run that neither a lost journal nor a clock set back can repeat. That an id asked for is another insert's
/// as well has a chance of 1 to 10^13 with a million inserts in the months asked.
/// </remarks>
internal static class BlockId
{
    private const int MaxStackBytes = 1_024;

    /// <returns>Never 0, which rows that no sink wrote have.</returns>
    public static ulong Of(string token)
    {
        int bytes = Encoding.UTF8.GetByteCount(token);
        Span<byte> utf8 = bytes <= MaxStackBytes ? stackalloc byte[bytes] : new byte[bytes];
        _ = Encoding.UTF8.GetBytes(token, utf8);
        ulong id = (ulong)CityHash128.Hash(utf8);
        return id == 0 ? 1 : id;
    }
}
