namespace Attribution.ClickHouse.Native;

/// <summary>
/// Makes the column that reads a given type. Stateless; the depth was bounded by the type's parser.
/// </summary>
internal static class ReadColumnFactory
{
    private const int MaxFixedStringBytes = 1 << 20;

    /// <exception cref="NativeFormatException">The type is malformed or not supported.</exception>
    public static ReadColumn Create(string typeName) => Create(typeName, ColumnType.Parse(typeName));

    private static ReadColumn Create(string text, ColumnType type)
    {
        if (ScalarType.TryFrom(type) is { } scalar)
            return new ScalarReadColumn(text, scalar);

        return type.Name switch
        {
            "String" => new StringReadColumn(text),
            "FixedString" when Only(text, type).Number is > 0 and <= MaxFixedStringBytes =>
                new FixedStringReadColumn(text, (int)type.Arguments[0].Number),
            "Array" => new ArrayReadColumn(text, Nested(Only(text, type))),
            "Nullable" => new NullableReadColumn(text, Nested(Only(text, type))),
            "LowCardinality" => LowCardinality(text, Only(text, type)),
            "Tuple" when type.Arguments.Count > 0 => Tuple(text, type),
            "Map" when type.Arguments.Count == 2 => new ArrayReadColumn(text, Tuple(text, type)),
            "Nested" when type.Arguments.Count > 0 => new ArrayReadColumn(text, Tuple(text, type)),
            "SimpleAggregateFunction" when type.Arguments.Count == 2 => Create(text, type.Arguments[1]),
            "Point" => Create(text, ColumnType.Parse("Tuple(Float64, Float64)")),
            _ => throw Unsupported(text),
        };
    }

    private static ReadColumn Nested(ColumnType type) => Create(type.Name, type);

    private static TupleReadColumn Tuple(string text, ColumnType type)
    {
        var elements = new ReadColumn[type.Arguments.Count];
        for (int at = 0; at < elements.Length; at++)
        {
            elements[at] = Nested(type.Arguments[at]);
            elements[at].Name = type.Arguments[at].FieldName ?? "";
        }

        return new TupleReadColumn(text, elements);
    }

    private static LowCardinalityReadColumn LowCardinality(string text, ColumnType inner)
    {
        bool nullable = inner.Name == "Nullable";
        ReadColumn dictionary = Nested(nullable ? Only(text, inner) : inner);
        if (dictionary is not (StringReadColumn or FixedReadColumn))
            throw Unsupported(text);
        return new LowCardinalityReadColumn(text, dictionary, nullable);
    }

    private static ColumnType Only(string text, ColumnType type) =>
        type.Arguments.Count == 1 ? type.Arguments[0] : throw Unsupported(text);

    private static NativeFormatException Unsupported(string text) =>
        new($"The type {(text.Length > 200 ? text[..200] : text)} is not supported.");
}
