namespace Attribution.Engine.Erasure;

/// <summary>
/// Which rows are a person's, as conditions. They name ids by their hashes: ClickHouse keeps the text of a
/// mutation on the disk. Immutable.
/// </summary>
internal sealed class ErasureSql
{
    private readonly string _database;
    private readonly ErasedIds _ids;
    private readonly string _project;

    public ErasureSql(string database, ErasureReceipt receipt)
    {
        _database = database;
        _ids = receipt.ToIds();
        _project = $"project = {Quote(receipt.Project)}";
        Events = EventsOf(receipt);
        string conversions = $"(conversion_time, conversion_id) IN (SELECT timestamp, event_id FROM "
            + $"{_database}.events WHERE {Events})";
        Attributions = $"{_project} AND ({In("user_id", ErasedIds.User)} OR {conversions})";
        AttributionsByUser = $"{_project} AND {In("user_id", ErasedIds.User)}";
        Identities = $"{_project} AND ({Linked("id_kind", "id")} OR {Linked("other_kind", "other_id")})";
    }

    public string Events { get; }

    /// <summary>Conversions of the person; needs the person's events to be there.</summary>
    public string Attributions { get; }

    /// <summary>What of them can be told without the events.</summary>
    public string AttributionsByUser { get; }

    public string Identities { get; }

    public string DeadLetters(IEnumerable<(ulong Sequence, ulong BodyHash)> letters) =>
        $"{_project} AND (sequence, cityHash64(body)) IN "
        + $"({string.Join(',', letters.Select(letter => $"({letter.Sequence},{letter.BodyHash})"))})";

    public static string Quote(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal) + "'";

    private string EventsOf(ErasureReceipt receipt)
    {
        var any = new List<string>
        {
            In("user_id", ErasedIds.User), In("anonymous_id", ErasedIds.Anonymous),
            In("device_id", ErasedIds.Device),
        };
        if (receipt.LinksClickIds)
            any.Add(In("click_id", ErasedIds.Click));
        if (receipt.LinksReferrerIds)
        {
            foreach (string kind in (string[])[ErasedIds.User, ErasedIds.Anonymous, ErasedIds.Device])
                any.Add(In(OfReferrer(kind + "_id"), kind));
        }

        return $"{_project} AND ({string.Join(" OR ", any)})";
    }

    private static string OfReferrer(string key) =>
        $"decodeURLFormComponent(extractURLParameter(concat('http://r/?', install_referrer), '{key}'))";

    private string Linked(string kindColumn, string idColumn) => string.Join(
        " OR ",
        ((string[])[ErasedIds.User, ErasedIds.Anonymous, ErasedIds.Device, ErasedIds.Click])
            .Select(kind => $"({kindColumn} = '{kind}' AND {In(idColumn, kind)})"));

    /// <summary>0 where the person has no id of the kind: an empty list is no list to ClickHouse.</summary>
    private string In(string expression, string kind)
    {
        IReadOnlyCollection<string> hashes = _ids.Of(kind);
        return hashes.Count == 0
            ? "0"
            : $"lower(hex(SHA256({expression}))) IN ({string.Join(',', hashes.Select(Quote))})";
    }
}
