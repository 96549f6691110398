namespace Attribution.ClickHouse.Schema;

/// <summary>
/// Why a database's schema cannot be used by this program, worded for the operator.
/// Immutable; thrown at start only.
/// </summary>
public sealed class SchemaException(string message) : Exception(message);
