using Attribution.Reporter.Filters;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Trends;

/// <summary>What is measured, per which unit of time, by which fields. Immutable.</summary>
internal sealed record TrendQuestion
{
    public required string Measure { get; init; }
    public required string Unit { get; init; }

    /// <summary>The fields of a series; for values the currency is the last one.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    public FilterText? Where { get; init; }

    /// <summary>Buckets of the moving average; 0 is none.</summary>
    public int Average { get; init; }

    public ColumnKind Kind => Measure switch
    {
        "credit" => ColumnKind.Credit,
        "value" => ColumnKind.Money,
        _ => ColumnKind.Count,
    };
}
