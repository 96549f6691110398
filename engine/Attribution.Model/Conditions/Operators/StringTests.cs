using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Text;

namespace Attribution.Model.Conditions.Operators;

/// <summary>The tests of a text against one string.</summary>
internal enum StringOperator
{
    Equals,
    Prefix,
    Suffix,
    Contains,
}

/// <summary>
/// Equals, prefix, suffix or contains, byte for byte or without regard to the case of ASCII letters.
/// Immutable.
/// </summary>
internal sealed class StringTest : TextTest
{
    private const int MaxStackBytes = 512;
    private static readonly string[] Names = ["equals", "prefix", "suffix", "contains"];

    private readonly StringOperator _operator;
    private readonly string _operand;
    private readonly byte[] _bytes;
    private readonly bool _ignoreCase;

    public StringTest(StringOperator @operator, string operand, bool ignoreCase)
    {
        _operator = @operator;
        _bytes = Encoding.UTF8.GetBytes(operand);
        _ignoreCase = ignoreCase;
        if (ignoreCase)
            AsciiCase.ToLower(_bytes, _bytes);
        _operand = Encoding.UTF8.GetString(_bytes);
    }

    public override bool Holds(ReadOnlySpan<byte> text)
    {
        if (text.Length < _bytes.Length)
            return false;
        if (_operator == StringOperator.Equals && text.Length > _bytes.Length)
            return false;
        if (_operator == StringOperator.Contains)
            return _ignoreCase ? ContainsInLower(text) : text.IndexOf(_bytes) >= 0;

        text = _operator == StringOperator.Suffix ? text[^_bytes.Length..] : text[.._bytes.Length];
        return _ignoreCase ? AsciiCase.EqualsLower(text, _bytes) : text.SequenceEqual(_bytes);
    }

    public override void Write(JsonObject condition)
    {
        condition[Names[(int)_operator]] = _operand;
        if (_ignoreCase)
            condition["ignore_case"] = true;
    }

    /// <summary>On a copy, so that the search is the vectorised one whatever the text is.</summary>
    private bool ContainsInLower(ReadOnlySpan<byte> text)
    {
        byte[]? rented = text.Length > MaxStackBytes ? ArrayPool<byte>.Shared.Rent(text.Length) : null;
        Span<byte> room = rented ?? stackalloc byte[MaxStackBytes];
        bool holds = AsciiCase.ToLower(text, room).IndexOf(_bytes) >= 0;
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return holds;
    }
}

/// <summary>One of several strings, found in one look-up however many they are. Immutable.</summary>
internal sealed class SetTest : TextTest
{
    /// <summary>The longest string that a condition may hold; what is longer is in no set.</summary>
    private const int MaxItemBytes = 512;

    private readonly string[] _items;
    private readonly Utf8Map _map;
    private readonly bool _ignoreCase;

    public SetTest(IEnumerable<string> items, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        var sorted = new SortedSet<string>(
            ignoreCase ? items.Select(ToLower) : items, StringComparer.Ordinal);
        _items = [.. sorted];
        _map = new Utf8Map([.. _items.Select(item => KeyValuePair.Create(item, 1))]);
    }

    public override bool Holds(ReadOnlySpan<byte> text)
    {
        if (!_ignoreCase)
            return _map.Find(text) >= 0;
        return text.Length <= MaxItemBytes
            && _map.Find(AsciiCase.ToLower(text, stackalloc byte[MaxItemBytes])) >= 0;
    }

    public override void Write(JsonObject condition)
    {
        condition["in"] = new JsonArray([.. _items.Select(item => JsonValue.Create(item))]);
        if (_ignoreCase)
            condition["ignore_case"] = true;
    }

    private static string ToLower(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
}
