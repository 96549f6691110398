namespace Attribution.Reporter.Fields;

/// <summary>The fields of an event, over table <c>events</c>. Stateless.</summary>
internal static class EventFields
{
    public const string PropertyPrefix = "properties.";
    private const int MaxPropertyDepth = 8;

    /// <summary>One per column of the table, and what is worked out from them.</summary>
    public static IReadOnlyList<Field> All { get; } =
    [
        .. Stored,
        .. OfTime("timestamp"),
    ];

    /// <summary>One per column of the table that holds something of the sender's.</summary>
    public static IReadOnlyList<Field> Stored =>
    [
        Text("event_id", "the sender's id of the event"),
        Text("type", "click, visit, install, purchase, ..."),
        Time("timestamp", "when it happened"),
        Time("received_at", "when the engine received it"),
        Time("sent_at", "the sender's clock when sending") with { IsNullable = true },
        Text("user_id", "who, by the sender's own id"),
        Text("anonymous_id", "who, by the SDK's id"),
        Text("device_id", "who, by an advertising or vendor id"),
        Text("install_referrer", "Google Play's text on an install"),
        Text("source", "UTM source"),
        Text("medium", "UTM medium"),
        Text("campaign", "UTM campaign"),
        Text("term", "UTM term"),
        Text("content", "UTM content"),
        Text("click_id", "gclid, fbclid, ..."),
        Text("click_id_type", "which of them"),
        Text("url", "the page"),
        Text("referrer", "the page before"),
        new("ip", FieldType.Text, "replaceOne(toString(ip), '::ffff:', '')", "the sender's address"),
        Text("user_agent", "the browser or app"),
        Text("country", "as sent"),
        new("revenue", FieldType.Number, "revenue", "in major units") { IsNullable = true },
        Text("currency", "ISO 4217"),
        Text("properties", "the sender's own, as one text of JSON"),
        new("sequence", FieldType.Number, "sequence", "the order in which the engine took the events"),
    ];

    /// <summary>Parts of a time in the report's zone.</summary>
    public static IEnumerable<Field> OfTime(string time) =>
    [
        new("hour", FieldType.Time, $"toStartOfHour({time}, {{tz:String}})", "the hour it happened in")
        {
            // With the offset, as one hour of a day may come twice.
            TextSql = $"formatDateTime(toStartOfHour({time}, {{tz:String}}), '%F %H:%i %z', {{tz:String}})",
        },
        new("day", FieldType.Date, $"toDate({time}, {{tz:String}})", "the day"),
        new("week", FieldType.Date, $"toMonday({time}, {{tz:String}})", "the week's Monday"),
        new("month", FieldType.Date, $"toStartOfMonth({time}, {{tz:String}})", "the month's first day"),
        new("weekday", FieldType.Number, $"toDayOfWeek({time}, 0, {{tz:String}})", "1 Monday to 7 Sunday"),
        new("hour_of_day", FieldType.Number, $"toHour({time}, {{tz:String}})", "0 to 23"),
    ];

    /// <summary>Null where there is no such field.</summary>
    public static Field? Find(string name, SqlArguments arguments) =>
        name.StartsWith(PropertyPrefix, StringComparison.OrdinalIgnoreCase)
            ? Property(name, arguments)
            : All.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What to say where there is no such field.</summary>
    public static string Unknown(string name)
    {
        IEnumerable<string> names = All.Select(each => each.Name);
        return Nearest.Hint(name, names) is { Length: > 0 } hint
            ? $"an event has no field '{name}'.{hint}"
            : $"an event has no field '{name}'. Fields: {string.Join(", ", names)}; "
                + $"{PropertyPrefix}NAME.";
    }

    /// <summary>What stands at a path of names in the event's properties; numbers come as text.</summary>
    private static Field? Property(string name, SqlArguments arguments)
    {
        string[] path = name[PropertyPrefix.Length..].Split('.');
        if (path.Length > MaxPropertyDepth || path.Any(part => part.Length == 0))
            return null;
        string places = string.Join(", ", path.Select(arguments.Text));
        string sql = $"JSONExtract(properties, {places}, 'Nullable(String)')";
        return new Field(name, FieldType.Property, sql, "of the event's properties") { IsNullable = true };
    }

    private static Field Text(string name, string about) => new(name, FieldType.Text, name, about);

    private static Field Time(string name, string about) => new(name, FieldType.Time, name, about);
}
