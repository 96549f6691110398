using System.Text.Json;
using System.Text.RegularExpressions;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands;

/// <summary>
/// Reads <c>name=value</c>; where the SQL wants an Array, the value is one of JSON. Stateless.
/// </summary>
internal static partial class SqlParameters
{
    /// <exception cref="UsageException">A text is no parameter, or no array where one is wanted.</exception>
    public static QueryParameters Read(string sql, IEnumerable<string> texts)
    {
        HashSet<string> arrays = [.. ArrayPlace().Matches(sql).Select(match => match.Groups[1].Value)];
        var parameters = new QueryParameters();
        foreach (string text in texts)
        {
            int at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new UsageException($"--param: '{text}' is not NAME=VALUE.");
            try
            {
                if (arrays.Contains(text[..at]))
                    AddArray(parameters, text[..at], text[(at + 1)..]);
                else
                    parameters.Add(text[..at], text[(at + 1)..]);
            }
            catch (QueryParameterException error)
            {
                throw new UsageException($"--param: {error.Message}");
            }
        }

        return parameters;
    }

    private static void AddArray(QueryParameters parameters, string name, string json)
    {
        try
        {
            if (json.Contains('"', StringComparison.Ordinal))
                parameters.Add(name, Texts(json));
            else
                parameters.Add(name, JsonSerializer.Deserialize<long[]>(json) ?? []);
        }
        catch (JsonException)
        {
            throw new UsageException(
                $"--param: {name} wants an array of texts or of whole numbers: {name}='[\"a\",\"b\"]' or "
                + $"{name}='[1,2]'.");
        }
    }

    /// <exception cref="JsonException">It is no array of texts; a text is never null.</exception>
    private static string[] Texts(string json)
    {
        string?[] texts = JsonSerializer.Deserialize<string?[]>(json) ?? [];
        return texts.Contains(null) ? throw new JsonException() : [.. texts.OfType<string>()];
    }

    [GeneratedRegex(@"\{\s*(\w+)\s*:\s*Array\s*\(")]
    private static partial Regex ArrayPlace();
}
