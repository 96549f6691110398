using Attribution.Model.Configs;
using Attribution.Replay.Reading;

namespace Attribution.Replay.Persons;

/// <summary>
/// Says whose an event is, in each lane and for all of them together: two events that are one person's in any
/// lane have the same group, and so the same chunk. Owned by the reading thread.
/// </summary>
internal sealed class PersonNames(PersonRules[] rules, int[] ofLane, PersonRules? union) : IDisposable
{
    private readonly ulong[] _persons = new ulong[rules.Length];

    /// <summary>Of the last event that was <see cref="Read"/>.</summary>
    public ulong Group { get; private set; }

    public void Read(EventDecoder decoder)
    {
        for (int i = 0; i < rules.Length; i++)
            _persons[i] = rules[i].PersonOf(decoder);
        Group = union is null ? _persons[0] : union.PersonOf(decoder);
    }

    public ulong Person(int lane) => _persons[ofLane[lane]];

    public long RefusedLinks(int lane) => rules[ofLane[lane]].RefusedLinks;

    public void Dispose()
    {
        foreach (PersonRules each in rules)
            each.Dispose();
        union?.Dispose();
    }

    /// <summary>The rules under which every id of any of the given ones counts.</summary>
    public static IdentityConfig Union(IReadOnlyList<IdentityConfig> configs) => new()
    {
        Ignore = [.. configs.Select(config => config.Ignore)
            .Aggregate((IEnumerable<string> all, IEnumerable<string> next) => all.Intersect(next))],
        LinksClickIds = configs.Any(config => config.LinksClickIds),
        LinksReferrerIds = configs.Any(config => config.LinksReferrerIds),
        MaxIdsPerPerson = int.MaxValue,
    };
}
