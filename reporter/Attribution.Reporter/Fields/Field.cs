namespace Attribution.Reporter.Fields;

/// <summary>What a field holds, which decides how it is compared. A value.</summary>
internal enum FieldType
{
    Text,
    Number,

    /// <summary>Milliseconds, UTC.</summary>
    Time,

    /// <summary>A day of the report's time zone.</summary>
    Date,

    /// <summary>
    /// What a sender put in: compared as a number where both sides are one, as text otherwise.
    /// </summary>
    Property,
}

/// <summary>
/// A field that reports group and filter by: its name, its SQL over one table and what it is. Immutable.
/// </summary>
/// <param name="Name">As people write it.</param>
/// <param name="Type">How it is compared.</param>
/// <param name="Sql">An expression; may use the parameter <c>tz</c>.</param>
/// <param name="About">One line for lists of fields.</param>
internal sealed record Field(string Name, FieldType Type, string Sql, string About)
{
    /// <summary>Whether the expression may be NULL, which counts as no value.</summary>
    public bool IsNullable { get; init; }

    /// <summary>The value as text, which rows are grouped by; NULL is no text.</summary>
    public string Text => TextSql is not null ? TextSql
        : IsNullable ? $"ifNull(toString({Sql}), '')" : $"toString({Sql})";

    /// <summary>Another text than the value's own.</summary>
    public string? TextSql { get; init; }

    /// <summary>The name as a heading: <c>touch_type</c> becomes Touch type.</summary>
    public string Title => TitleOf(Name);

    public static string TitleOf(string name)
    {
        string words = name.Replace('_', ' ');
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
