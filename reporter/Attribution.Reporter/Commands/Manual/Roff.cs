using System.Globalization;
using System.Text;

namespace Attribution.Reporter.Commands.Manual;

/// <summary>
/// Text and macros of man(7), as both groff and mandoc read them. Owned by one page.
/// </summary>
internal sealed class Roff(TextWriter output)
{
    /// <param name="name">The page's name, in small letters.</param>
    /// <param name="source">The program and its version.</param>
    public void Title(string name, string source) =>
        Macro("TH", $"\"{Escaped(name.ToUpperInvariant())}\" 1 \"\" \"{Escaped(source)}\"");

    public void Section(string name) => Macro("SH", Escaped(name));

    public void Part(string name) => Macro("SS", $"\"{Escaped(name)}\"");

    /// <summary>A paragraph of its own.</summary>
    public void Paragraph(string text)
    {
        Macro("PP");
        Line(text);
    }

    /// <summary>A line of running text.</summary>
    public void Line(string text) => WriteLine(Escaped(text));

    /// <summary>A term with its meaning indented below.</summary>
    /// <param name="term">Shown in bold.</param>
    /// <param name="place">What stands for a value; shown in italics behind the term.</param>
    /// <param name="meaning">May be empty.</param>
    public void Term(string term, string? place, string meaning)
    {
        Macro("TP");
        WriteLine($"\\fB{Escaped(term)}\\fR" + (place is null ? "" : $" \\fI{Escaped(place)}\\fR"));
        if (meaning.Length > 0)
            Line(meaning);
    }

    /// <summary>Lines exactly as they are.</summary>
    public void Example(IEnumerable<string> lines)
    {
        Macro("PP");
        Macro("nf");
        foreach (string line in lines)
            WriteLine("    " + Escaped(line));
        Macro("fi");
    }

    /// <summary>A text in which nothing is a command of roff, in ASCII.</summary>
    internal static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            string? own = rune.Value switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '\'' => "\\(aq",
                '"' => "\\(dq",
                '`' => "\\(ga",
                '^' => "\\(ha",
                '~' => "\\(ti",
                > 126 => string.Create(CultureInfo.InvariantCulture, $"\\[u{rune.Value:X4}]"),
                < ' ' => " ",
                _ => null,
            };
            escaped.Append(own ?? rune.ToString());
        }

        // A dot at the beginning of a line would be a macro.
        return escaped is ['.', ..] ? "\\&" + escaped : escaped.ToString();
    }

    private void Macro(string name, string arguments = "") =>
        WriteLine(arguments.Length == 0 ? $".{name}" : $".{name} {arguments}");

    private void WriteLine(string line) => output.Write(line + "\n");
}
