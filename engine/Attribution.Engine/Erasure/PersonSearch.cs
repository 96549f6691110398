using System.Text;
using Attribution.ClickHouse.Http;

namespace Attribution.Engine.Erasure;

/// <summary>An id as it was sent. A value.</summary>
internal readonly record struct KnownId(string Kind, string Text);

/// <summary>
/// Finds all ids of a person along the links of <c>identities</c>, under whatever rules they were seen: the
/// engine lets them stand as well. The client is the caller's.
/// </summary>
internal sealed class PersonSearch(ClickHouseClient client, string project)
{
    /// <summary>Bytes of ids in one query; a server takes 128 KiB of a parameter.</summary>
    private const int MaxStepBytes = 32 * 1024;

    private const string ExistsSql =
        "SELECT count() FROM (SELECT event_id FROM events WHERE project = {project:String} "
        + "AND {column:Identifier} = {id:String} UNION ALL SELECT event_id FROM identities "
        + "WHERE project = {project:String} AND ((id_kind = {kind:String} AND id = {id:String}) "
        + "OR (other_kind = {kind:String} AND other_id = {id:String})))";

    private const string StepSql =
        "SELECT DISTINCT toString(other_kind) AS kind, other_id AS linked FROM identities "
        + "WHERE project = {project:String} AND id_kind = {kind:String} AND has({ids:Array(String)}, id) "
        + "UNION DISTINCT SELECT DISTINCT toString(id_kind) AS kind, id AS linked FROM identities "
        + "WHERE project = {project:String} AND other_kind = {kind:String} "
        + "AND has({ids:Array(String)}, other_id)";

    private static readonly string[] Kinds = [ErasedIds.User, ErasedIds.Anonymous, ErasedIds.Device];

    /// <param name="id">As it was sent.</param>
    /// <param name="kind">user, anonymous or device; null for whichever it is.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <returns>The person's ids; of every kind that was asked for where no event or link has it.</returns>
    /// <exception cref="ErasureException">The id is one person's as one kind and another's as
    /// another.</exception>
    public async Task<IReadOnlyList<KnownId>> FindAsync(string id, string? kind, CancellationToken cancel)
    {
        string[] asked = kind is null ? Kinds : [kind];
        var known = new List<KnownId>();
        foreach (string one in asked)
        {
            if (await ExistsAsync(one, id, cancel).ConfigureAwait(false))
                known.Add(new KnownId(one, id));
        }

        if (known.Count == 0)
            return [.. asked.Select(one => new KnownId(one, id))];

        IReadOnlyList<KnownId> person = await FollowAsync(known[0], cancel).ConfigureAwait(false);
        KnownId[] others = [.. known.Where(other => !person.Contains(other))];
        return others.Length == 0
            ? person
            : throw new ErasureException(
                $"\"{id}\" is an id of several persons: as {known[0].Kind} id of one, as "
                + $"{string.Join(" and ", others.Select(other => other.Kind))} id of another. Say which with "
                + "--kind user, anonymous or device, and erase them one by one.");
    }

    private async Task<bool> ExistsAsync(string kind, string id, CancellationToken cancel)
    {
        QueryParameters parameters = Parameters().Add("id", id).Add("kind", kind).Add("column", kind + "_id");
        return await client.ScalarAsync<ulong>(ExistsSql, parameters, cancel).ConfigureAwait(false) > 0;
    }

    private async Task<IReadOnlyList<KnownId>> FollowAsync(KnownId first, CancellationToken cancel)
    {
        var ids = new List<KnownId> { first };
        var seen = new HashSet<KnownId> { first };
        for (int followed = 0; followed < ids.Count;)
        {
            // A step takes ids of one kind, as many as a parameter has room for.
            int end = followed;
            for (int bytes = 0; end < ids.Count && ids[end].Kind == ids[followed].Kind; end++)
            {
                bytes += Encoding.UTF8.GetByteCount(ids[end].Text);
                if (end > followed && bytes > MaxStepBytes)
                    break;
            }

            foreach (KnownId linked in await StepAsync(ids[followed..end], cancel).ConfigureAwait(false))
            {
                if (seen.Add(linked))
                    ids.Add(linked);
            }

            followed = end;
        }

        return ids;
    }

    private async Task<List<KnownId>> StepAsync(List<KnownId> ids, CancellationToken cancel)
    {
        QueryParameters parameters =
            Parameters().Add("kind", ids[0].Kind).Add("ids", ids.Select(id => id.Text));
        var linked = new List<KnownId>();
        await using Rows rows = await client.QueryAsync(StepSql, parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            linked.Add(new KnownId(row.GetString(0), row.GetString(1)));
        return linked;
    }

    private QueryParameters Parameters() => new QueryParameters().Add("project", project);
}
