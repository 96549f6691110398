using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Attribution.Model.Conditions.Operators;

/// <summary>
/// A regular expression that must match somewhere in the text. Immutable; see
/// <see cref="Condition.ForOneThread"/>.
/// </summary>
/// <remarks>
/// It is matched without backtracking, in time linear in the text, and looks at no more than
/// <see cref="MaxTextChars"/> of it: that bounds every match on every machine. A limit in seconds would make
/// the answer, and so the credits, depend on how busy the machine is.
/// </remarks>
internal sealed class RegexTest : TextTest
{
    public const int MaxPatternChars = 512;

    /// <summary>UTF-16 units of the text that are looked at: the longest field but properties and user agent.
    /// </summary>
    public const int MaxTextChars = 4096;

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _regex;

    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    /// <exception cref="NotSupportedException">
    /// The pattern needs backtracking, or is too large without it.
    /// </exception>
    public RegexTest(string pattern) => _regex = new Regex(pattern, Options);

    public override bool Holds(ReadOnlySpan<byte> text)
    {
        // A text has at most as many UTF-16 units as bytes.
        Span<char> chars = stackalloc char[Math.Min(text.Length, MaxTextChars)];
        Utf8.ToUtf16(text, chars, out _, out int written);
        return _regex.IsMatch(chars[..written]);
    }

    public override void Write(JsonObject condition) => condition["regex"] = _regex.ToString();

    public override TextTest ForOneThread() => new RegexTest(_regex.ToString());
}
