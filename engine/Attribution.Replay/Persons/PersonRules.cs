using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;

namespace Attribution.Replay.Persons;

/// <summary>
/// Says whose an event is under one config's identity rules. Owned by the reading thread.
/// </summary>
internal sealed class PersonRules(IdentityConfig rules, IdentityGraph graph, long refusedLinks) : IDisposable
{
    private readonly EventIds _ids = new(rules);

    public long RefusedLinks => refusedLinks;

    /// <param name="record">Its ids are hashed.</param>
    public ulong PersonOf(in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        _ids.Read(record, eventBytes);
        return graph.Find(_ids.Strongest);
    }

    public void Dispose() => graph.Dispose();
}
