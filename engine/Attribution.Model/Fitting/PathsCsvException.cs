using System.Globalization;

namespace Attribution.Model.Fitting;

/// <summary>A file of paths was refused; says where and what was expected. Immutable.</summary>
public sealed class PathsCsvException(long lineNumber, string message)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"line {lineNumber}: {message}"))
{
    /// <summary>The line on which the record begins; the header is on line 1.</summary>
    public long LineNumber { get; } = lineNumber;
}
