using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// The conditions of an ordered list of rules, of which the first that holds decides.
/// Owned by one thread; not thread-safe.
/// </summary>
internal sealed class ConditionList
{
    private readonly Condition[] _conditions;

    public ConditionList(IEnumerable<Condition> conditions) =>
        _conditions = [.. conditions.Select(condition => condition.ForOneThread())];

    /// <summary>The index of the first that holds, or −1.</summary>
    public int Find(in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        for (int i = 0; i < _conditions.Length; i++)
        {
            if (_conditions[i].Matches(record, eventBytes, context))
                return i;
        }

        return -1;
    }
}
