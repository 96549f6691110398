using System.Text;
using Attribution.Model.Channels;
using Attribution.Model.Conditions;
using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Model.Journeys;

/// <summary>
/// Assigns campaigns to touches by a config's rules, without allocating. Owned by one thread.
/// </summary>
internal sealed class CampaignRules
{
    private readonly Condition[] _conditions;
    private readonly Assignment[] _assignments;

    public CampaignRules(IReadOnlyList<CampaignRule> rules)
    {
        _conditions = [.. rules.Select(rule => rule.When.ForOneThread())];
        _assignments = [.. rules.Select(rule => new Assignment(
            Encoding.UTF8.GetBytes(rule.Campaign), ToBytes(rule.Source), ToBytes(rule.Medium),
            rule.Overwrites))];
    }

    /// <summary>
    /// The index of the first rule that holds and may assign: to a touch with a campaign only if it
    /// overwrites; else −1.
    /// </summary>
    public int Find(
        bool hasCampaign, in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        for (int i = 0; i < _conditions.Length; i++)
        {
            if ((!hasCampaign || _assignments[i].Overwrites)
                && _conditions[i].Matches(record, eventBytes, context))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The tags with what the rule says; source and medium give way only where they are not given, or to a
    /// rule that overwrites.
    /// </summary>
    public void Apply(int rule, ref TouchTags tags)
    {
        Assignment assignment = _assignments[rule];
        tags.Campaign = assignment.Campaign;
        if (assignment.Source is not null && (assignment.Overwrites || !TrafficSource.IsGiven(tags.Source)))
            tags.Source = assignment.Source;
        if (assignment.Medium is not null && (assignment.Overwrites || !TrafficSource.IsGiven(tags.Medium)))
            tags.Medium = assignment.Medium;
    }

    public bool IsEmpty => _conditions.Length == 0;

    private static byte[]? ToBytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private sealed record Assignment(byte[] Campaign, byte[]? Source, byte[]? Medium, bool Overwrites);
}
