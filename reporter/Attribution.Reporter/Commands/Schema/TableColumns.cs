namespace Attribution.Reporter.Commands.Schema;

/// <summary>What the engine's tables and their columns are, in words. Constants only.</summary>
internal static class TableColumns
{
    /// <summary>The tables, in the order in which people look for them.</summary>
    public static readonly IReadOnlyList<(string Table, string About)> Tables =
    [
        ("events", "every event as it was sent, one row each"),
        ("attributions", "who earned a conversion: one row per conversion, model and config"),
        ("identities", "which ids belong to one person: one row per link"),
        ("dead_letters", "what the engine could not take, with the reason"),
        ("configs", "every config ever used"),
        ("fits", "tables of fitted models"),
        ("replays", "finished chunks of replays"),
        ("summed_days", "which days' sums are stored, and of which rows"),
        ("credit_sums", "credit of whole days, by some lists of fields"),
        ("event_sums", "events of whole days, per hour and type"),
        ("arrival_sums", "what quality counts of whole days' events, by type and by source"),
        ("schema_migrations", "the schema's versions"),
    ];

    private static readonly Dictionary<string, string> Everywhere = new(StringComparer.Ordinal)
    {
        ["project"] = "whose row it is",
        ["sequence"] = "the order in which the engine took it; rises, with gaps",
        ["block"] = "id of the insert that it came with; 0 where no engine wrote it",
        ["hash"] = "SHA-256 of the document, by which others name it",
        ["document"] = "JSON",
        ["name"] = "as people call it",
        ["config"] = "the config's hash",
        ["received_at"] = "when the engine received it",
        ["event_id"] = "the sender's id of the event",
        ["user_id"] = "who, by the sender's own id",
        ["from_time"] = "where its range begins",
        ["to_time"] = "where its range ends, which is not part of it",
        ["currency"] = "ISO 4217",
        ["version"] = "the newest row of a key counts",
    };

    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["events.strongest_id"] = "hash of whose it is: the user, else the device, else the browser",
        ["attributions.conversion_id"] = "event_id of the event that converted",
        ["attributions.conversion_type"] = "its type: signup, purchase, install, ...",
        ["attributions.conversion_time"] = "its timestamp",
        ["attributions.model"] = "by which model the credit is shared",
        ["attributions.person"] = "the engine's hash of who",
        ["attributions.revenue"] = "in major units; 0 where the event has none",
        ["attributions.touches"] = "event_id of each touch with credit; one empty text where nobody touched",
        ["attributions.touch_times"] = "when each happened",
        ["attributions.touch_types"] = "click, impression, visit, ...",
        ["attributions.channels"] = "each touch's channel, as the config classifies it",
        ["attributions.sources"] = "each touch's UTM source",
        ["attributions.mediums"] = "each touch's UTM medium",
        ["attributions.campaigns"] = "each touch's UTM campaign",
        ["attributions.credits"] = "each touch's part in millionths; they add up to 1,000,000",
        ["attributions.credit_values"] = "each touch's part of the revenue; they add up to it",
        ["attributions.evidence"] = "JSON: why this touch, and which were rejected by which rule",
        ["identities.id_kind"] = "user, anonymous, device or click",
        ["identities.id"] = "one id",
        ["identities.other_kind"] = "what the other one is",
        ["identities.other_id"] = "the id that it is linked with",
        ["identities.linked_at"] = "when the event that links them happened",
        ["identities.rules"] = "hash of the identity rules that saw the link",
        ["dead_letters.reason"] = "why it was not taken",
        ["dead_letters.body"] = "its bytes as they came, or their beginning",
        ["dead_letters.truncated"] = "whether the body is a beginning",
        ["configs.first_used"] = "when an engine first used it",
        ["fits.kind"] = "which fitted model",
        ["fits.fitted_at"] = "when it was fitted",
        ["replays.through"] = "sequence of the newest event taken into account",
        ["replays.chunks"] = "how many the replay has",
        ["replays.chunk"] = "which of them this is",
        ["replays.events"] = "events read for it",
        ["replays.conversions"] = "conversions attributed",
        ["replays.rows"] = "rows written",
        ["replays.finished_at"] = "when it was done",
        ["schema_migrations.version"] = "1, 2, ... in order",
        ["schema_migrations.checksum"] = "SHA-256 of its statements",
        ["schema_migrations.applied_at"] = "when it was applied",
    };

    private static readonly Dictionary<string, string> OfSums = new(StringComparer.Ordinal)
    {
        ["summed_days.source"] = "what was summed: the tables, or arrivals",
        ["summed_days.day"] = "of UTC",
        ["summed_days.parts"] = "hash of the tables' parts that reach into the day",
        ["summed_days.summed_at"] = "when it was summed",
        ["summed_days.lines"] = "how many sums there are by each list of fields",
        ["credit_sums.field"] = "the fields, with commas between; none: all together",
        ["credit_sums.day"] = "of UTC, by when conversions happened",
        ["credit_sums.parts"] = "as in summed_days: of which rows it is",
        ["credit_sums.text"] = "what the field is; of several a line each",
        ["credit_sums.model"] = "by which model the credit is shared",
        ["credit_sums.conversions"] = "of which some credit is this line's",
        ["credit_sums.credit"] = "in millionths",
        ["credit_sums.credit_value"] = "parts of revenues",
        ["event_sums.day"] = "of UTC",
        ["event_sums.parts"] = "as in summed_days: of which rows it is",
        ["event_sums.hour"] = "when it begins, UTC",
        ["event_sums.type"] = "click, visit, install, purchase, ...",
        ["event_sums.events"] = "how many there were",
        ["arrival_sums.field"] = "the field that its lines are by",
        ["arrival_sums.day"] = "of UTC",
        ["arrival_sums.parts"] = "as in summed_days: of which rows it is",
        ["arrival_sums.text"] = "what the field is",
        ["arrival_sums.events"] = "how many there were",
        ["arrival_sums.late_minute"] = "received more than a minute after they happened",
        ["arrival_sums.late_hour"] = "more than an hour after",
        ["arrival_sums.late_day"] = "more than a day after",
        ["arrival_sums.late_week"] = "more than seven days after",
        ["arrival_sums.paid"] = "clicks and visits that were paid for",
        ["arrival_sums.untagged"] = "paid, without a campaign",
        ["arrival_sums.unsent"] = "without the sender's clock",
        ["arrival_sums.ahead"] = "the sender's clock more than a minute ahead",
        ["arrival_sums.behind"] = "the sender's clock more than a minute behind",
        ["arrival_sums.skews"] = "received minus sent, as a sketch within 1 %",
    };

    /// <summary>One line; empty where nothing is known.</summary>
    public static string About(string table, string column)
    {
        string key = $"{table}.{column}";
        if (Own.TryGetValue(key, out string? own) || OfSums.TryGetValue(key, out own))
            return own;
        string? field = table == "events"
            ? Fields.EventFields.Stored.FirstOrDefault(field => field.Name == column)?.About
            : null;
        return field ?? Everywhere.GetValueOrDefault(column, "");
    }
}
