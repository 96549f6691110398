namespace Attribution.Bench.Questions;

/// <summary>What asking once cost. A value.</summary>
/// <param name="Rows">Read by the server, of all tables together.</param>
/// <param name="PeakBytes">Of the greediest query, as seen every few milliseconds.</param>
internal sealed record Asked(double Seconds, long Rows, long PeakBytes);

/// <summary>One way of asking: the first time, and the fastest of the next. Immutable.</summary>
internal sealed record Measured(Asked First, Asked Warm);

/// <summary>
/// A question's costs over one range, the command's (with its process's start) and plain SQL's. Immutable.
/// </summary>
internal sealed record Answered(string Question, int Days, Measured Command, Measured? Sql);
