namespace Attribution.Reporter.Fields;

/// <summary>
/// The fields by which credit is grouped and filtered: those of the touch, of the conversion, and of either's
/// event. Stateless.
/// </summary>
internal static class CreditFields
{
    public const string TouchPrefix = "touch.";
    public const string ConversionPrefix = "conversion.";

    private static readonly Field[] OfConversion =
    [
        new("conversion_id", FieldType.Text, "conversion_id", "the conversion's event_id"),
        new("conversion_type", FieldType.Text, "conversion_type", "signup, purchase, install, ..."),
        new("conversion_time", FieldType.Time, "conversion_time", "when it converted"),
        new("currency", FieldType.Text, "currency", "of the conversion, ISO 4217"),
        new("revenue", FieldType.Number, "revenue", "of the conversion, in major units"),
        new("user_id", FieldType.Text, "user_id", "the conversion's user"),
        new("person", FieldType.Text, "leftPad(lower(hex(person)), 16, '0')", "the engine's hash of who"),
        // A conversion that nobody touched has one empty touch.
        new("touches", FieldType.Number, "arrayCount(each -> each != '', touches)",
            "how many touches share the conversion"),
        .. EventFields.OfTime("conversion_time"),
    ];

    private static readonly Field[] OfTouch =
    [
        new("channel", FieldType.Text, "channel", "the touch's channel, as the config classifies it"),
        new("source", FieldType.Text, "source", "the touch's UTM source"),
        new("medium", FieldType.Text, "medium", "the touch's UTM medium"),
        new("campaign", FieldType.Text, "campaign", "the touch's UTM campaign"),
        new("touch_type", FieldType.Text, "touch_type", "click, impression, visit, ..."),
        new("touch_id", FieldType.Text, "touch", "the touch's event_id"),
        new("touch_time", FieldType.Time, "touch_time", "when it was touched"),
    ];

    /// <summary>Every name that needs no prefix.</summary>
    public static IEnumerable<string> Names => OfTouch.Concat(OfConversion).Concat(EventFields.All)
        .Select(each => each.Name).Distinct();

    /// <summary>The fields and what they are, by what they are of, for lists.</summary>
    public static IEnumerable<(string Of, IEnumerable<Field> Fields)> ByPlace =>
        [("touch", OfTouch), ("conversion", OfConversion), ("event", EventFields.All)];

    /// <summary>
    /// A name of touch or conversion means that one; any other field of an event means the conversion's;
    /// <c>touch.</c> and <c>conversion.</c> before a name choose. Null where there is none.
    /// </summary>
    public static CreditField? Find(string name, SqlArguments arguments)
    {
        if (Named(OfTouch, name) is { } touch)
            return new CreditField(CreditPlace.Touch, touch);
        if (Named(OfConversion, name) is { } conversion)
            return new CreditField(CreditPlace.Conversion, conversion);
        (CreditPlace place, string rest) = name switch
        {
            _ when name.StartsWith(TouchPrefix, StringComparison.OrdinalIgnoreCase) =>
                (CreditPlace.TouchEvent, name[TouchPrefix.Length..]),
            _ when name.StartsWith(ConversionPrefix, StringComparison.OrdinalIgnoreCase) =>
                (CreditPlace.ConversionEvent, name[ConversionPrefix.Length..]),
            _ => (CreditPlace.ConversionEvent, name),
        };
        return EventFields.Find(rest, arguments) is { } field
            ? new CreditField(place, field with { Name = name })
            : null;
    }

    /// <summary>That a name is no field, and what are.</summary>
    public static string Unknown(string name) =>
        Nearest.Hint(name, Names) is { Length: > 0 } hint
            ? $"there is no field '{name}'.{hint}"
            : $"there is no field '{name}'. Fields: {string.Join(", ", Names)}; "
                + $"{EventFields.PropertyPrefix}NAME, and touch. before a field for the touch's event.";

    private static Field? Named(Field[] fields, string name) =>
        fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
