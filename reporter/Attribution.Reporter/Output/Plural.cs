namespace Attribution.Reporter.Output;

/// <summary>The form of a word that stands behind a count. Stateless.</summary>
internal static class Plural
{
    /// <param name="count">How many there are.</param>
    /// <param name="one">The word for one.</param>
    /// <param name="many">The word for any other count; with an s at its end where not given.</param>
    public static string Of(long count, string one, string? many = null) =>
        count == 1 ? one : many ?? one + "s";
}
