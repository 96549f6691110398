namespace Attribution.Reporter.Tests.Support;

/// <summary>Texts that mean something to SQL, shells, spreadsheets, terminals or JSON. Stateless.</summary>
internal static class HostileTexts
{
    /// <summary>As arguments: some are longer, or no text at all.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "'", "\\", "\"", "`", "' OR 1=1 --", "'; DROP TABLE events; --",
        "') UNION ALL SELECT * FROM events --",
        "{project:String}", "a\0b", "\\N", "%27", "$(id) ${HOME}", "../../../../etc/passwd", "[suggest]",
        "\ud800 alone", new string('\'', 10_000), new string('春', 10_000), new string('\\', 70_000),
        "=1+1", "-1", "a\nb\r\nc\td", "\u001b[31mred\u001b]0;title\u0007", "c1 \u009b31m \u007f",
        "\u202eevil\u202c \u2066x\u2069 \u200f\u061c", "e\u0301 \ud83d\ude00",
    ];

    /// <summary>As what an event may carry: well-formed, and short enough for every field.</summary>
    public static IReadOnlyList<string> Data =>
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")",
        "'; DROP TABLE events; --", "back\\slash \\' \\N \\0 \\t", "{x:String}", "a\nb\r\nc\td", "a,\"b\";c",
        "\u001b[31mred\u001b]0;title\u0007", "c1 \u009b31m \u007f",
        "\u202eevil\u202c \u2066x\u2069 \u200f\u061c", "\u2028\u2029\ufeff", "e\u0301 été 春 \ud83d\ude00",
        "null", "NaN", "<script>&amp;</script>", " spaces ", Obeyed,
    ];

    /// <summary>Everything at once that a terminal would obey.</summary>
    public const string Obeyed =
        "=\u001b[31m\u001b]0;t\u0007\u009b1m\u007f\b\r\n\t\u202e\u202a\u2066\u2069\u200e\u200f\u061c"
        + "\u2028\ufeff";

    /// <summary>What a terminal would obey, or would turn the writing round.</summary>
    public static bool IsObeyed(char c) => (char.IsControl(c) && c != '\n')
        || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069'
        || "\u061c\u200e\u200f\u2028\u2029\ufeff".Contains(c);
}
