namespace Attribution.Bench.Sending;

/// <summary>What became of one batch. A value.</summary>
/// <param name="Accepted">Events the engine took.</param>
/// <param name="Rejected">Events the engine called invalid.</param>
/// <param name="Lost">
/// Events that were given up, the engine having refused the whole batch to the end.
/// </param>
/// <param name="Retries">Sendings beyond the first.</param>
/// <param name="Error">Why events were rejected or lost; empty where none were.</param>
internal readonly record struct SendOutcome(int Accepted, int Rejected, int Lost, int Retries, string Error);
