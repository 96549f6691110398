namespace Attribution.ClickHouse.Http;

/// <summary>Rows that go along with a statement, which reads them as a table. Immutable.</summary>
/// <param name="Name">The table's, for this one statement.</param>
/// <param name="Format">As ClickHouse names it.</param>
/// <param name="Structure">Names and types.</param>
/// <param name="Content">Read from where it stands; the caller's to dispose.</param>
public sealed record ExternalRows(string Name, string Format, string Structure, Stream Content);
