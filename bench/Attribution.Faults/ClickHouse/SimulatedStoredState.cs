using Attribution.ClickHouse.Native;
using Attribution.Engine.Identity;
using Attribution.Engine.Recovery;
using Attribution.Engine.Workers;
using Attribution.Model.Events;
using Attribution.Replay.Reading;

namespace Attribution.Faults.ClickHouse;

/// <summary>
/// What a start finds in a <see cref="SimulatedClickHouse"/>: as <see cref="StoredState"/> asks for it, but
/// of every event, however old. Used by one thread.
/// </summary>
internal sealed class SimulatedStoredState(SimulatedClickHouse clickHouse) : IStoredState
{
    private static readonly (string Name, EventField Field)[] Columns =
    [
        ("project", EventField.Project), ("event_id", EventField.EventId), ("type", EventField.Type),
        ("user_id", EventField.UserId), ("anonymous_id", EventField.AnonymousId),
        ("device_id", EventField.DeviceId), ("install_referrer", EventField.InstallReferrer),
        ("source", EventField.Source), ("medium", EventField.Medium), ("campaign", EventField.Campaign),
        ("term", EventField.Term), ("content", EventField.Content), ("click_id", EventField.ClickId),
        ("click_id_type", EventField.ClickIdType), ("url", EventField.Url),
        ("referrer", EventField.Referrer), ("user_agent", EventField.UserAgent),
        ("country", EventField.Country), ("properties", EventField.Properties),
    ];

    private readonly RecordBuilder _builder = new();

    /// <inheritdoc/>
    public Task<long> NextSequenceAsync(long journalEnd, CancellationToken cancel)
    {
        long next = 0;
        foreach (StoredBlock block in clickHouse.Blocks)
        {
            if (block.Table is "events" or "dead_letters")
                next = Math.Max(next, (long)block.Sequences.Max() + 1);
        }

        return Task.FromResult(next > journalEnd ? next : 0);
    }

    /// <inheritdoc/>
    public Task<StoredCounts> RestoreAsync(
        IdentityStage identity, ShardWorker[] workers, StoredRange range, int eventIds,
        CancellationToken cancel)
    {
        var counts = new StoredCounts();
        var links = new SortedList<(ulong Sequence, int Order), (ulong Id, ulong Other)>();
        foreach (StoredBlock block in clickHouse.Blocks)
        {
            if (block.Table == "identities")
                CollectLinks(clickHouse.Read(block), range, links);
        }

        foreach ((ulong id, ulong other) in links.Values)
            identity.RestoreLink(id, other);
        foreach (StoredBlock block in clickHouse.Blocks)
        {
            if (block.Table == "events")
                counts = counts with { Events = counts.Events + Restore(block, range, identity, workers) };
        }

        return Task.FromResult(counts with { Links = links.Count });
    }

    private static void CollectLinks(
        ReadBlock rows, StoredRange range, SortedList<(ulong, int), (ulong, ulong)> links)
    {
        ReadOnlySpan<ulong> sequences = rows.Values<ulong>("sequence");
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (range.IsReplayed((long)sequences[row]))
                continue;
            ulong project = EventHash.Project(rows["project"].GetBytes(row));
            links.Add((sequences[row], links.Count), (
                EventHash.Id(project, (IdKind)rows["id_kind"].GetInt64(row), rows["id"].GetBytes(row)),
                EventHash.Id(
                    project, (IdKind)rows["other_kind"].GetInt64(row), rows["other_id"].GetBytes(row))));
        }
    }

    private long Restore(
        StoredBlock block, StoredRange range, IdentityStage identity, ShardWorker[] workers)
    {
        long restored = 0;
        ReadBlock rows = clickHouse.Read(block);
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (range.IsReplayed((long)block.Sequences[row]))
                continue;
            Build(rows, row);
            identity.Restore(ref _builder.Record, _builder.Bytes);
            foreach (ShardWorker worker in workers)
                worker.Restore(_builder.Record, _builder.Bytes);
            restored++;
        }

        return restored;
    }

    private void Build(ReadBlock rows, int row)
    {
        _builder.Begin(rows.Values<long>("timestamp")[row]);
        foreach ((string name, EventField field) in Columns)
            _builder.Add(field, rows[name].GetBytes(row));
        NullableReadColumn revenue = rows.Nullables("revenue");
        if (!revenue.IsNull(row))
            _builder.SetRevenue(((ScalarReadColumn)revenue.Items).Values<long>()[row]);
        _builder.SetCurrency(rows["currency"].GetBytes(row));
        IPv6 address = rows.Values<IPv6>("ip")[row];
        _builder.SetAddress(address.First, address.Last);
        _builder.End();
    }
}
