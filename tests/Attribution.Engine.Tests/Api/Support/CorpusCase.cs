using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Api.Support;

/// <summary>
/// One request case of llhttp's own tests in its strict mode: what stands on the wire, and what llhttp says
/// of
/// it. Immutable.
/// </summary>
/// <param name="Name">File and title.</param>
/// <param name="Input">The bytes, one letter each.</param>
/// <param name="Messages">Requests that llhttp saw to their end.</param>
/// <param name="IsWhole">Nothing was left open at its end, and nothing stopped llhttp before.</param>
/// <param name="Error">Why llhttp refuses it; empty when it does not.</param>
internal sealed partial record CorpusCase(
    string Name, string Input, int Messages, bool IsWhole, string Error)
{
    /// <summary>llhttp's code for a stop that is none of the sender's fault: CONNECT and upgrades.</summary>
    private static readonly int[] Pauses = [22, 23];

    public static IReadOnlyList<CorpusCase> All { get; } = [.. Read()];

    public bool IsRefused => Error.Length > 0;

    /// <summary>
    /// The same as a POST of events: its own method and target would be answered by 404 or 405, before
    /// anything reads the body.
    /// </summary>
    public string AsPost()
    {
        string input = RequestLine().Replace(Input, "POST /v1/events HTTP/1.1", count: 1);
        bool hasHost = input.Contains("\nHost:", StringComparison.OrdinalIgnoreCase);
        return hasHost ? input : input.Replace(" HTTP/1.1\r\n", " HTTP/1.1\r\nHost: a\r\n");
    }

    private static IEnumerable<CorpusCase> Read()
    {
        byte[] file = File.ReadAllBytes(Corpora.Path("llhttp", "cases.json"));
        using JsonDocument cases = JsonDocument.Parse(file);
        foreach (JsonElement one in cases.RootElement.EnumerateArray())
        {
            if (one.GetProperty("meta").GetString() is not { } meta || !meta.Contains("\"request\""))
                continue;

            JsonElement error = one.GetProperty("error");
            bool isRefused = error.ValueKind == JsonValueKind.Object
                && !Pauses.Contains(error.GetProperty("code").GetInt32());
            string log = Text(one, "log");
            yield return new CorpusCase(
                $"{Text(one, "file").Split('/')[^1]}: {Text(one, "title")}",
                Unescape(Text(one, "input")),
                log.Split("message complete").Length - 1,
                log.TrimEnd().EndsWith("message complete", StringComparison.Ordinal),
                isRefused ? error.GetProperty("reason").GetString()! : "");
        }
    }

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;

    /// <summary>As the corpus's own runner does: line ends are CRLF unless they are escaped.</summary>
    private static string Unescape(string text)
    {
        text = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        text = text.Replace("\\\n", "").Replace("\n", "\r\n").Replace("\\r", "\r").Replace("\\n", "\n")
            .Replace("\\t", "\t").Replace("\\f", "\f");
        text = Hex().Replace(text, found => $"{(char)Convert.ToInt32(found.Groups[1].Value, 16)}");
        return Octal().Replace(text, found => $"{(char)(Convert.ToInt32(found.Groups[1].Value, 8) & 0xff)}");
    }

    [GeneratedRegex(@"\\x([0-9a-fA-F]{2})")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\\([0-7]{1,3})")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[A-Z-]+ \S+ HTTP/1\.1")]
    private static partial Regex RequestLine();
}
