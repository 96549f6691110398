namespace Attribution.Model.Configs;

/// <summary>One thing wrong with a config document. A value.</summary>
/// <param name="Path">Where, such as <c>windows.click</c>; <c>$</c> for the document itself.</param>
/// <param name="Found">What stands there, as JSON; empty when it is missing.</param>
/// <param name="Expected">What is allowed there, with its range.</param>
public sealed record ConfigError(string Path, string Found, string Expected)
{
    public override string ToString() =>
        $"{Path}: found {(Found.Length == 0 ? "nothing" : Found)}, expected {Expected}";
}

/// <summary>
/// A config document was refused; carries everything that is wrong with it, not only the first. Immutable.
/// </summary>
public sealed class ConfigException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
