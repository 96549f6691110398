using System.Text;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Builds the query part of a request's address. Owned by one call.
/// </summary>
internal sealed class RequestQuery
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public RequestQuery Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;

        _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public RequestQuery Add(IReadOnlyList<KeyValuePair<string, string>> values)
    {
        foreach (KeyValuePair<string, string> value in values)
            _text.Append(_text.Length == 0 ? '?' : '&').Append(value.Key).Append('=')
                .Append(Uri.EscapeDataString(value.Value));
        return this;
    }

    public Uri At(Uri endpoint) => new(endpoint.GetLeftPart(UriPartial.Path) + _text);
}
