namespace Attribution.Reporter;

/// <summary>Whoever read the answer has enough of it: an end, not an error. Immutable.</summary>
internal sealed class ReaderGoneException() : Exception("Nobody reads the answer any more.");
