using Attribution.Reporter.Output;

namespace Attribution.Reporter.Filters;

/// <summary>A filter as written, and under which option, for errors that point into it. Immutable.</summary>
internal sealed record FilterText(string Option, string Text)
{
    public const int MaxChars = 8_192;

    /// <summary>An error with the text below it and a caret under the place.</summary>
    public UsageException Error(int at, string message)
    {
        string before = CellText.Plain(Text[..at]);
        string caret = new(' ', CellWidth.Of(before));
        return new UsageException($"{Option}: {message}\n  {CellText.Plain(Text)}\n  {caret}^");
    }
}
