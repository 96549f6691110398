using Attribution.Model.Configs;

namespace Attribution.Model.Fitting;

/// <summary>
/// A fitted table was refused; carries everything that is wrong with it, not only the first. Immutable.
/// </summary>
public sealed class FittedTableException(IReadOnlyList<ConfigError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<ConfigError> Errors { get; } = errors;
}
