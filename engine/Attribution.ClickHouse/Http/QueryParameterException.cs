namespace Attribution.ClickHouse.Http;

/// <summary>A parameter that cannot be sent: its name is none, or its value too long. Immutable.</summary>
public sealed class QueryParameterException(string message) : ArgumentException(message);
