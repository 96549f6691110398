namespace Attribution.Engine.Sink.Inserts;

/// <summary>A row that ClickHouse refused on its own, and what it said. A value.</summary>
internal readonly record struct PoisonedRow(int Row, InsertAnswer Refusal);
