namespace Attribution.Reporter.Output;

/// <summary>How an answer is written. A value.</summary>
internal enum OutputFormat
{
    Table,
    Json,
    Csv,
    Tsv,
}
