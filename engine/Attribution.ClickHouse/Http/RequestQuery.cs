using System.Text;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// Builds the query part of a request's address. Owned by one call.
/// </summary>
/// <param name="isFirst">False where it goes on behind other values.</param>
internal sealed class RequestQuery(bool isFirst = true)
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a value unless it is empty.</summary>
    public RequestQuery Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Append(name, value);
        return this;
    }

    public RequestQuery Add(IReadOnlyList<KeyValuePair<string, string>> values)
    {
        foreach (KeyValuePair<string, string> value in values)
            Append(value.Key, value.Value);
        return this;
    }

    public Uri At(Uri endpoint) => new(endpoint.GetLeftPart(UriPartial.Path) + _text);

    public override string ToString() => _text.ToString();

    private void Append(string name, string value)
    {
        _text.Append(_text.Length == 0 && isFirst ? '?' : '&');
        _text.Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
