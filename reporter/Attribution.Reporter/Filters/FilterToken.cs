namespace Attribution.Reporter.Filters;

/// <summary>What a piece of a filter is. A value.</summary>
internal enum FilterTokenKind
{
    /// <summary>Letters, digits and what else needs no quotes; a name, a keyword or a value.</summary>
    Word,

    /// <summary>A text that stood in quotes.</summary>
    Quoted,

    Operator,
    Open,
    Close,
    Comma,
    End,
}

/// <summary>A piece of a filter and where it begins, counted in chars from 0. Immutable.</summary>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int At)
{
    public bool IsWord(string keyword) =>
        Kind == FilterTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}
