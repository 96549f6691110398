namespace Attribution.Reporter.Times;

/// <summary>What a command line says about the range, as it was written. Immutable.</summary>
internal readonly record struct RangeTexts(string? From, string? To, string? During = null);
