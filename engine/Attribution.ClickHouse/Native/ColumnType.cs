namespace Attribution.ClickHouse.Native;

/// <summary>
/// A ClickHouse type taken apart: <c>Array(Tuple(a Int8, b DateTime64(3, 'UTC')))</c> as a tree.
/// Immutable; thread-safe.
/// </summary>
public sealed class ColumnType
{
    internal ColumnType(string name, IReadOnlyList<ColumnType> arguments, string? fieldName, long number)
    {
        Name = name;
        Arguments = arguments;
        FieldName = fieldName;
        Number = number;
    }

    /// <summary>The type without its arguments; of a quoted argument, its text.</summary>
    public string Name { get; }

    public IReadOnlyList<ColumnType> Arguments { get; }

    /// <summary>A tuple element's name, if it has one.</summary>
    public string? FieldName { get; }

    /// <summary>Of a numeric argument, the number; of an enum's element, its value.</summary>
    public long Number { get; }

    /// <exception cref="NativeFormatException">The text is not a type.</exception>
    public static ColumnType Parse(string text) => new TypeParser(text).Parse();
}
