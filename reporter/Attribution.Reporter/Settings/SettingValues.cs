using Attribution.Model.Credits;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Settings;

/// <summary>
/// Turns settings' texts into values; what makes no sense is refused with the place it came from. Stateless.
/// </summary>
internal static class SettingValues
{
    public const string PasswordVariable = "ATTRIBUTION_CLICKHOUSE_PASSWORD";

    private static readonly string[] Models = [.. CreditModels.All.Select(model => model.Name())];

    public static string ModelNames { get; } = string.Join(", ", Models);

    public static Uri Endpoint(SettingSource source)
    {
        string text = source.Value ?? "";
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https";
        // Before anything else, so that no message repeats a password that stands in it.
        if (text.Contains('@', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal))
            throw new UsageException(
                $"{source.Place} takes no user, password or setting, http://host:8123 only: set "
                + $"{Setting.User.Variable} and {PasswordVariable} instead.");
        return isAddress
            ? uri!
            : throw new UsageException($"{source.Place}: '{text}' is no address. Write http://host:8123.");
    }

    public static string Database(SettingSource source)
    {
        const int MaxChars = 255;
        return source.Value is { Length: > 0 and <= MaxChars } name
            ? name
            : throw new UsageException($"{source.Place}: a name of 1 to {MaxChars} letters was expected.");
    }

    /// <summary>They go as headers of HTTP, which take ASCII.</summary>
    public static string Sendable(string place, string text) => text.All(c => c is >= ' ' and <= '~')
        ? text
        : throw new UsageException($"{place} cannot be sent: printable ASCII was expected.");

    public static string? Model(SettingSource source)
    {
        string? name = source.Value;
        if (name is null || CreditModels.TryParse(name, out _)
            || name.StartsWith(CreditModels.CustomPrefix, StringComparison.Ordinal))
            return name;
        throw new UsageException($"{source.Place}: '{name}' is none of {ModelNames} and no "
            + $"{CreditModels.CustomPrefix}NAME." + Nearest.Hint(name, Models));
    }

    public static OutputFormat Format(SettingSource source, bool isTerminal)
    {
        if (source.Value is not { } name)
            return isTerminal ? OutputFormat.Table : OutputFormat.Tsv;
        return OutputFormats.TryParse(name, out OutputFormat format)
            ? format
            : throw new UsageException(
                $"{source.Place}: '{name}' is none of {string.Join(", ", OutputFormats.Names)}."
                + Nearest.Hint(name, OutputFormats.Names));
    }
}
