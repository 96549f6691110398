using System.Text.RegularExpressions;

namespace Attribution.Bench.EndToEnd;

/// <summary>
/// One insert as the engine sent it: its address with all settings, and the compressed block. Immutable.
/// </summary>
internal sealed partial record CapturedInsert(string PathAndQuery, byte[] Block)
{
    /// <returns>
    /// The same insert into another database, under a token of its own: nothing of it is dropped as repeated.
    /// </returns>
    public string AddressIn(string database) => Token().Replace(
        Database().Replace(PathAndQuery, $"$1{database}"), $"$1-{database}");

    [GeneratedRegex(@"([?&]database=)[^&]*")]
    private static partial Regex Database();

    [GeneratedRegex(@"([?&]insert_deduplication_token=[^&]*)")]
    private static partial Regex Token();
}
