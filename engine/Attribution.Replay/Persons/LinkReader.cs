using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Model.Configs;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Replay.Reading;

namespace Attribution.Replay.Persons;

/// <summary>
/// Finds which ids are one person: in the links that a stream stored, where it had the same rules, and else
/// in the events themselves, in their total order. Used once; the client is the caller's.
/// </summary>
internal sealed class LinkReader(ClickHouseClient client, string project, ulong through)
{
    private const string RulesSql =
        "SELECT DISTINCT rules FROM identities WHERE project = {project:String} "
        + "AND sequence <= {through:UInt64}";

    private const string StoredSql =
        "SELECT toUInt8(id_kind) AS kind, id, toUInt8(other_kind) AS other_kind, other_id "
        + "FROM identities WHERE project = {project:String} AND sequence <= {through:UInt64} "
        + "ORDER BY sequence, id_kind, id, other_kind, other_id";

    // Of equal combinations the first decides: what it could not link, a later one cannot either.
    private const string EventsSql =
        "SELECT user_id, device_id, anonymous_id, {click} AS click_id, {referrer} AS install_referrer "
        + "FROM events WHERE project = {project:String} AND sequence <= {through:UInt64} "
        + "AND notEmpty(user_id) + notEmpty(device_id) + notEmpty(anonymous_id) + notEmpty({click}) "
        + "+ 3 * notEmpty({referrer}) > 1 "
        + "GROUP BY ALL ORDER BY min((timestamp, event_id))";

    private readonly byte[] _project = Encoding.UTF8.GetBytes(project);

    public async Task<PersonNames> ReadAsync(IReadOnlyList<AttributionConfig> lanes, CancellationToken cancel)
    {
        string[] hashes = [.. lanes.Select(lane => IdentityRules.Hash(lane.Identity)).Distinct()];
        IdentityConfig[] configs =
            [.. lanes.Select(lane => lane.Identity).DistinctBy(IdentityRules.Hash)];
        int[] ofLane =
            [.. lanes.Select(lane => Array.IndexOf(hashes, IdentityRules.Hash(lane.Identity)))];

        string? stored = await StoredRulesAsync(cancel).ConfigureAwait(false);
        var links = new IdLinks[hashes.Length];
        for (int i = 0; i < hashes.Length; i++)
            links[i] = hashes[i] == stored ? await StoredAsync(cancel).ConfigureAwait(false) : new IdLinks();

        bool[] derived = [.. hashes.Select(hash => hash != stored)];
        IdLinks? across = hashes.Length > 1 ? new IdLinks() : null;
        if (derived.Contains(true))
            await DeriveAsync(configs, derived, links, across, cancel).ConfigureAwait(false);
        return Build(configs, links, across, ofLane);
    }

    private static PersonNames Build(
        IdentityConfig[] configs, IdLinks[] links, IdLinks? across, int[] ofLane)
    {
        var rules = new PersonRules[configs.Length];
        for (int i = 0; i < rules.Length; i++)
        {
            IdentityGraph graph = links[i].ToGraph(configs[i].MaxIdsPerPerson, across, out long refused);
            rules[i] = new PersonRules(configs[i], graph, refused);
        }

        PersonRules? union = across is null
            ? null
            : new PersonRules(
                PersonNames.Union(configs), across.ToGraph(int.MaxValue, null, out long _), 0);
        return new PersonNames(rules, ofLane, union);
    }

    /// <summary>The rules that all stored links were found under; null where there is no link or they differ.
    /// </summary>
    private async Task<string?> StoredRulesAsync(CancellationToken cancel)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        await foreach (ReadBlock block in client.QueryBlocksAsync(RulesSql, Parameters(), cancel)
            .ConfigureAwait(false))
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                string rules = block["rules"].GetString(row);
                found.Add(rules.Length > 0 ? rules : IdentityRules.Default);
            }
        }

        return found.Count == 1 ? found.First() : null;
    }

    private async Task<IdLinks> StoredAsync(CancellationToken cancel)
    {
        ulong projectHash = EventHash.Project(_project);
        var links = new IdLinks();
        await foreach (ReadBlock block in client.QueryBlocksAsync(StoredSql, Parameters(), cancel)
            .ConfigureAwait(false))
        {
            StringReadColumn ids = block.Strings("id");
            StringReadColumn otherIds = block.Strings("other_id");
            for (int row = 0; row < block.RowCount; row++)
            {
                var kind = (IdKind)block.Values<byte>("kind")[row];
                var otherKind = (IdKind)block.Values<byte>("other_kind")[row];
                links.Add(
                    EventHash.Id(projectHash, kind, ids[row]),
                    EventHash.Id(projectHash, otherKind, otherIds[row]));
            }
        }

        return links;
    }

    /// <param name="derived">For which of the configs links are looked for.</param>
    /// <param name="across">Gets a link wherever configs name one event's person by different ids.</param>
    private async Task DeriveAsync(
        IdentityConfig[] configs, bool[] derived, IdLinks[] links, IdLinks? across, CancellationToken cancel)
    {
        IdentityConfig union = PersonNames.Union(configs);
        string sql = EventsSql
            .Replace("{click}", union.LinksClickIds ? "click_id" : "''", StringComparison.Ordinal)
            .Replace("{referrer}", union.LinksReferrerIds ? ReferrerSql : "''", StringComparison.Ordinal);
        EventIds[] ids = [.. configs.Select(config => new EventIds(config))];
        var unionIds = new EventIds(union);
        var combination = new IdCombination(_project);
        await foreach (ReadBlock block in client.QueryBlocksAsync(sql, Parameters(), cancel)
            .ConfigureAwait(false))
        {
            for (int row = 0; row < block.RowCount; row++)
            {
                combination.Read(block, row);
                unionIds.Read(combination.Record, combination.Bytes);
                for (int i = 0; i < ids.Length; i++)
                {
                    ids[i].Read(combination.Record, combination.Bytes);
                    if (derived[i])
                        AddAll(ids[i], links[i]);
                    if (across is not null && ids[i].Count > 0)
                        across.Add(unionIds.Strongest, ids[i].Strongest);
                }
            }
        }
    }

    // An install referrer without ids is as good as none, and there are many different ones.
    private const string ReferrerSql =
        "if(multiSearchAny(events.install_referrer, ['anonymous_id=', 'user_id=', 'device_id=']), "
        + "events.install_referrer, '')";

    private static void AddAll(EventIds ids, IdLinks links)
    {
        for (int i = 1; i < ids.Count; i++)
            links.Add(ids.All[0].Hash, ids.All[i].Hash);
    }

    private QueryParameters Parameters() =>
        new QueryParameters().Add("project", project).Add("through", through);
}

/// <summary>One combination of ids that events came with, as a record. Owned by one reading thread.</summary>
internal sealed class IdCombination(byte[] project)
{
    private static readonly (string Name, EventField Field)[] Columns =
    [
        ("user_id", EventField.UserId), ("device_id", EventField.DeviceId),
        ("anonymous_id", EventField.AnonymousId), ("click_id", EventField.ClickId),
        ("install_referrer", EventField.InstallReferrer),
    ];

    private readonly RecordBuilder _builder = new();
    private readonly ulong _projectHash = EventHash.Project(project);

    public ref EventRecord Record => ref _builder.Record;

    public ReadOnlySpan<byte> Bytes => _builder.Bytes;

    public void Read(ReadBlock block, int row)
    {
        _builder.Begin(0);
        _builder.Add(EventField.Project, project);
        foreach ((string name, EventField field) in Columns)
            _builder.Add(field, block[name].GetBytes(row));
        _builder.HashIds(_projectHash);
        _builder.EndHashed();
    }
}
