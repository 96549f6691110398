using Attribution.Model.Configs;
using Attribution.Model.Identity;
using Attribution.Replay.Reading;

namespace Attribution.Replay.Persons;

/// <summary>
/// Says whose an event is under one config's identity rules. Owned by the reading thread.
/// </summary>
internal sealed class PersonRules(IdentityConfig rules, IdentityGraph graph, long refusedLinks) : IDisposable
{
    private readonly EventIds _ids = new(rules);

    public long RefusedLinks => refusedLinks;

    /// <param name="decoder">At the event.</param>
    public ulong PersonOf(EventDecoder decoder)
    {
        if (!_ids.TryReadStrongest(
            decoder.ProjectHash, decoder.Record, decoder.Bytes, out ulong strongest))
        {
            decoder.HashIds();
            _ids.Read(decoder.Record, decoder.Bytes);
            strongest = _ids.Strongest;
        }

        return graph.Find(strongest);
    }

    public void Dispose() => graph.Dispose();
}
