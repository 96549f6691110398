using System.Text.Json.Nodes;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// What a rule of a config asks of an event: one test of one field, or several joined by all, any and not.
/// Immutable, so any number of threads may share it; a thread that must not allocate takes a copy of its own
/// by <see cref="ForOneThread"/>.
/// </summary>
/// <remarks>
/// A field that the event does not carry fulfils no test but <c>"exists": false</c>; so
/// <c>{"not": {"field": "source", "equals": "x"}}</c> holds where there is no source.
/// </remarks>
public abstract class Condition
{
    /// <summary>Most levels of a condition, a single test being one.</summary>
    public const int MaxDepth = 8;

    /// <summary>Most tests, alls, anys and nots in one condition.</summary>
    public const int MaxNodes = 256;

    /// <summary>Whether the event fulfils it; allocates nothing once every buffer is warm.</summary>
    /// <param name="record">The event.</param>
    /// <param name="eventBytes">The bytes that the record's fields are slices of.</param>
    /// <param name="context">
    /// What was derived of the event as a touch; its fields are absent in <c>default</c>.
    /// </param>
    public abstract bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context);

    /// <summary>The condition as a config writes it, in the one form that conditions of its meaning have.
    /// </summary>
    public abstract JsonNode ToJson();

    /// <summary>
    /// An equal condition for one thread: a <c>Regex</c> keeps what one match needs, and makes it anew for a
    /// second thread that comes meanwhile.
    /// </summary>
    public virtual Condition ForOneThread() => this;
}
