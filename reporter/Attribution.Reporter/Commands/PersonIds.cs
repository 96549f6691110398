using System.Text;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands;

/// <summary>
/// All ids of one person, found breadth first along the links of <c>identities</c>. Owned by one command.
/// </summary>
internal sealed class PersonIds(ReportSession session)
{
    private const int MaxRounds = 16;
    private const int MaxIds = 256;

    /// <summary>All ids go with each query, as parameters.</summary>
    private const int MaxIdBytes = 48 * 1024;

    private static readonly string[] Kinds = ["user", "anonymous", "device"];

    private readonly List<(string Kind, string Id)> _ids = [];
    private readonly HashSet<(string Kind, string Id)> _seen = [];
    private readonly HashSet<(string Kind, string Id)> _linked = [];
    private int _idBytes;

    public int Count => _ids.Count;

    /// <summary>Whether a bound was reached, so that the person may have more.</summary>
    public bool IsTruncated { get; private set; }

    public string[] OfKind(string kind) => [.. _ids.Where(id => id.Kind == kind).Select(id => id.Id)];

    /// <summary>Starts from a text that may be an id of any kind.</summary>
    public Task FollowTextAsync(string text, CancellationToken cancel)
    {
        foreach (string kind in Kinds)
            Add(kind, text);
        return FollowAsync(cancel);
    }

    /// <summary>Starts from the ids on the events of the engine's person.</summary>
    public async Task FollowPersonAsync(ulong person, CancellationToken cancel)
    {
        Clear();
        QueryParameters parameters = new QueryParameters()
            .Add("project", session.Settings.Project)
            .Add("person", person)
            .Add("limit", MaxIds);
        await using (Rows rows =
            await session.QueryAsync("person_ids", parameters, cancel).ConfigureAwait(false))
        {
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            {
                for (int kind = 0; kind < Kinds.Length; kind++)
                    Add(Kinds[kind], row.GetString(kind));
            }
        }

        await FollowAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The ids that a link has shown to exist.</summary>
    public override string ToString() => string.Join(
        "; ",
        Kinds.Select(kind => (kind, Ids: OfKind(kind).Where(id => _linked.Contains((kind, id))).ToArray()))
            .Where(group => group.Ids.Length > 0)
            .Select(group => $"{group.kind} {string.Join(", ", group.Ids.Order(StringComparer.Ordinal))}"));

    private async Task FollowAsync(CancellationToken cancel)
    {
        int followed = 0;
        for (int round = 0; followed < _ids.Count; round++)
        {
            if (round == MaxRounds)
            {
                IsTruncated = true;
                return;
            }

            List<(string Kind, string Id)> frontier = _ids[followed..];
            followed = _ids.Count;
            await StepAsync(frontier, cancel).ConfigureAwait(false);
        }
    }

    private async Task StepAsync(List<(string Kind, string Id)> frontier, CancellationToken cancel)
    {
        QueryParameters parameters =
            new QueryParameters().Add("project", session.Settings.Project).Add("limit", MaxIds + 1);
        foreach (string kind in Kinds)
            parameters.Add(kind, frontier.Where(id => id.Kind == kind).Select(id => id.Id));
        await using Rows rows =
            await session.QueryAsync("identity_links", parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            string other = row.GetString("kind");
            string id = row.GetString("linked_id");
            _linked.Add((other, id));
            Add(other, id);
        }
    }

    private void Add(string kind, string id)
    {
        if (id.Length == 0 || !_seen.Add((kind, id)))
            return;
        int bytes = Encoding.UTF8.GetByteCount(id);
        if (_ids.Count == MaxIds || _idBytes + bytes > MaxIdBytes)
        {
            IsTruncated = true;
            return;
        }

        _idBytes += bytes;
        _ids.Add((kind, id));
    }

    private void Clear()
    {
        _ids.Clear();
        _seen.Clear();
        _linked.Clear();
        _idBytes = 0;
        IsTruncated = false;
    }
}
