namespace Attribution.Reporter.Times;

/// <summary>What a range is compared with. A value.</summary>
internal enum Comparison
{
    /// <summary>As many whole days, or whole months, directly before it.</summary>
    Previous,

    /// <summary>The same dates one year before.</summary>
    Year,
}
