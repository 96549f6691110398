namespace Attribution.Reporter.Output;

/// <summary>How an answer is written. A value.</summary>
internal enum OutputFormat
{
    Table,
    Json,

    /// <summary>One JSON object per line.</summary>
    Ndjson,
    Csv,
    Tsv,
    Markdown,

    /// <summary>Written by ClickHouse, with a type per column.</summary>
    Parquet,

    /// <summary>Written by ClickHouse, for export only.</summary>
    Arrow,

    /// <summary>One page that needs nothing else.</summary>
    Html,
}
