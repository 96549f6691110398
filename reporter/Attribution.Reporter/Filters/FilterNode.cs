namespace Attribution.Reporter.Filters;

/// <summary>How a field is compared. A value.</summary>
internal enum FilterOperator
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary>One of several values.</summary>
    In,

    /// <summary>SQL's patterns: % is any letters, _ is one; upper and lower case differ.</summary>
    Like,

    /// <summary>Holds the text somewhere, in upper or lower case.</summary>
    Contains,

    /// <summary>A regular expression, in RE2's form, matches a part.</summary>
    Matches,

    /// <summary>No value, or an empty text.</summary>
    Empty,
}

/// <summary>A value as written, and where. Immutable.</summary>
internal readonly record struct FilterValue(string Text, int At);

/// <summary>
/// A filter as a tree: conditions, and what joins them. What has no value fulfils no condition but "is
/// empty", so "not" is always the exact opposite. Immutable.
/// </summary>
internal abstract record FilterNode
{
    /// <summary>The names of all fields in it, and where they stand.</summary>
    public abstract IEnumerable<FilterValue> Fields { get; }

    internal sealed record All(IReadOnlyList<FilterNode> Parts) : FilterNode
    {
        public override IEnumerable<FilterValue> Fields => Parts.SelectMany(part => part.Fields);
    }

    internal sealed record Any(IReadOnlyList<FilterNode> Parts) : FilterNode
    {
        public override IEnumerable<FilterValue> Fields => Parts.SelectMany(part => part.Fields);
    }

    internal sealed record Not(FilterNode Part) : FilterNode
    {
        public override IEnumerable<FilterValue> Fields => Part.Fields;
    }

    internal sealed record Condition(
        FilterValue Field, FilterOperator Operator, IReadOnlyList<FilterValue> Values) : FilterNode
    {
        public override IEnumerable<FilterValue> Fields => [Field];
    }
}
