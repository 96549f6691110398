using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Sink.Inserts;

/// <summary>What a sender does after one attempt.</summary>
public enum RetryAction : byte
{
    Done = 0,

    /// <summary>Send the same bytes with the same token again, after the delay.</summary>
    Wait = 1,

    /// <summary>The rows are at fault: insert each half on its own.</summary>
    Bisect = 2,

    /// <summary>The one row is at fault: it goes to the dead letters.</summary>
    DeadLetter = 3,

    /// <summary>
    /// After the delay, ask whether the rows are there; send the same again unless all of them are.
    /// </summary>
    Ask = 4,
}

/// <summary>A decision of <see cref="InsertRetry"/>. A value.</summary>
/// <param name="NeedsPerson">No amount of waiting mends this; someone must be told.</param>
public readonly record struct RetryDecision(
    RetryAction Action, TimeSpan Delay = default, bool NeedsPerson = false);

/// <summary>
/// Decides what becomes of an insert from how its last attempt ended. A pure function; rows are never
/// given up.
/// </summary>
public static class InsertRetry
{
    private const int MaxDoublings = 30;

    /// <param name="attempt">How many attempts there were, this one included: 1, 2, …</param>
    /// <param name="rows">Rows of the insert.</param>
    /// <param name="jitter">
    /// 0 up to, not including, 1: the part of the longest wait to take ("full jitter").
    /// </param>
    public static RetryDecision Decide(
        InsertOutcome outcome, int attempt, int rows, double jitter, SinkOptions options)
    {
        if (outcome.Verdict == InsertVerdict.Landed)
            return new RetryDecision(RetryAction.Done);
        if (outcome.RowsAtFault && !IsTypeMismatch(outcome.Code))
            return new RetryDecision(rows > 1 ? RetryAction.Bisect : RetryAction.DeadLetter);

        RetryAction action = outcome.Verdict == InsertVerdict.Unknown ? RetryAction.Ask : RetryAction.Wait;
        return new RetryDecision(action, Delay(attempt, jitter, options), NeedsPerson(outcome));
    }

    /// <summary>What follows a question that got no answer: the same question, whatever the reason.</summary>
    /// <param name="attempt">How often it was asked: 1, 2, …</param>
    /// <param name="jitter">As for <see cref="Decide"/>.</param>
    public static RetryDecision AskAgain(
        InsertOutcome outcome, int attempt, double jitter, SinkOptions options) =>
        new(RetryAction.Ask, Delay(attempt, jitter, options), NeedsPerson(outcome));

    /// <summary>
    /// Exponential back-off with full jitter, which spreads senders best after a common failure.
    /// </summary>
    public static TimeSpan Delay(int attempt, double jitter, SinkOptions options)
    {
        int doublings = Math.Clamp(attempt - 1, 0, MaxDoublings);
        double doubled = options.RetryBaseDelay.TotalMilliseconds * (1L << doublings);
        double longest = Math.Min(doubled, options.RetryMaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * jitter);
    }

    /// <summary>
    /// Our columns' types are fixed, so it is the table's type that is another one, whatever the rows:
    /// blaming them would send everything there is to the dead letters.
    /// </summary>
    private static bool IsTypeMismatch(int code) => code is 43 or 53;

    private static bool NeedsPerson(InsertOutcome outcome) =>
        outcome.Verdict == InsertVerdict.Rejected || IsForPerson(outcome.Code);

    /// <summary>Not a fault of the insert, but none that passes by itself.</summary>
    private static bool IsForPerson(int code) => code is
        164 or 291 or 497 // the user may only read, or may not do this
        or 192 or 193 or 194 or 516 // no such user, wrong password
        or 242 or 243; // read-only table, no space on the disk
}
