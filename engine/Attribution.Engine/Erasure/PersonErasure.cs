using Attribution.ClickHouse.Http;
using Attribution.Engine.Commands;
using Attribution.Engine.Journal;
using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Engine.Erasure;

/// <summary>What an erasure works on. Immutable; the client is the caller's.</summary>
internal sealed record ErasureSetup
{
    /// <summary>The data folder is held by the caller, and no engine runs on it.</summary>
    public required EngineOptions Options { get; init; }

    public required AttributionConfig Config { get; init; }

    public required ClickHouseClient Client { get; init; }

    /// <summary>Nobody else reads the tables, so they may be detached for a moment.</summary>
    public required bool MayReattach { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called when a step is over and recorded.</summary>
    public Action<string> StepDone { get; init; } = _ => { };
}

/// <summary>Whom to erase. Immutable.</summary>
/// <param name="Id">Any id of the person, as it was sent.</param>
/// <param name="Kind">user, anonymous or device; null for whichever it is.</param>
internal sealed record ErasureRequest(string Project, string Id, string? Kind);

/// <summary>What an erasure would remove. Immutable.</summary>
/// <param name="Ids">How many ids the person has.</param>
/// <param name="Counts">By place.</param>
internal sealed record ErasurePlan(int Ids, IReadOnlyDictionary<string, long> Counts);

/// <summary>
/// Erases a person: drains the journal into ClickHouse, writes down what is to be done, then empties journal,
/// tables and files, and verifies each. Every step can be repeated, so an erasure that was interrupted is
/// begun again from what was written down. Run once at a time.
/// </summary>
internal sealed class PersonErasure(ErasureSetup setup)
{
    private static readonly TimeSpan StatementPatience = TimeSpan.FromHours(24);

    private readonly ErasureFolder _receipts = new(setup.Options.DataFolder);
    private readonly FileErasure _files = new(setup.Options.DataFolder);

    /// <exception cref="ErasureException">The person is not known, or a step failed.</exception>
    public async Task<ErasureReceipt> EraseAsync(ErasureRequest request, CancellationToken cancel)
    {
        // The journal may hold events and links that the tables do not have yet.
        await DrainAsync(cancel).ConfigureAwait(false);
        IReadOnlyList<KnownId> ids = await FindAsync(request, cancel).ConfigureAwait(false);
        string[] texts = [.. ids.Select(id => id.Text).Distinct()];
        ErasureReceipt receipt = NewReceipt(request, ids, _files.FindExports(texts));
        IReadOnlyDictionary<string, long> counts = await CountAsync(receipt, cancel).ConfigureAwait(false);
        RefuseUnknown(request, counts);
        _receipts.Save(receipt);
        setup.StepDone("planned");
        return await FinishAsync(receipt, texts, cancel).ConfigureAwait(false);
    }

    /// <summary>Changes nothing. Links that only the journal holds are not followed.</summary>
    /// <exception cref="ErasureException">The person is not known.</exception>
    public async Task<ErasurePlan> PlanAsync(ErasureRequest request, CancellationToken cancel)
    {
        IReadOnlyList<KnownId> ids = await FindAsync(request, cancel).ConfigureAwait(false);
        ErasureReceipt receipt = NewReceipt(request, ids, _files.FindExports(ids.Select(id => id.Text)));
        Dictionary<string, long> counts = await CountAsync(receipt, cancel).ConfigureAwait(false);
        RefuseUnknown(request, counts);
        return new ErasurePlan(ids.Count, counts);
    }

    /// <summary>Finishes the erasures that were interrupted.</summary>
    /// <exception cref="ErasureException">One cannot be finished.</exception>
    public async Task<IReadOnlyList<ErasureReceipt>> FinishPendingAsync(CancellationToken cancel)
    {
        IReadOnlyList<ErasureReceipt> pending = _receipts.Pending();
        var finished = new List<ErasureReceipt>();
        foreach (ErasureReceipt receipt in pending)
        {
            await DrainAsync(cancel).ConfigureAwait(false);
            finished.Add(await FinishAsync(receipt, texts: null, cancel).ConfigureAwait(false));
        }

        return finished;
    }

    /// <param name="texts">The ids themselves; null where only their hashes are known any more.</param>
    private async Task<ErasureReceipt> FinishAsync(
        ErasureReceipt receipt, string[]? texts, CancellationToken cancel)
    {
        // The journal first: what is deleted from the tables must not come back from it.
        int files = JournalReset.Run(Journal(), new JournalOptions());
        receipt = Record(receipt, "journal", new Dictionary<string, long> { ["files"] = files });

        await using var client =
            new ClickHouseClient(setup.Client.Options with { QueryTimeout = StatementPatience });
        var tables = new TableErasure(client, receipt, setup.MayReattach);
        receipt = Record(receipt, "tables", await tables.EraseAsync(cancel).ConfigureAwait(false));
        receipt = Record(receipt, "files", await _files.EraseAsync(receipt).ConfigureAwait(false));

        Dictionary<string, long> left = await tables.VerifyAsync(cancel).ConfigureAwait(false);
        ErasedIds ids = receipt.ToIds();
        left.Add("journal_events", CountJournal(receipt.Project, ids));
        left.Add("dead_letters_file", await _files.CountLastResortAsync(ids).ConfigureAwait(false));
        if (texts is not null)
            left.Add("files_with_an_id", _files.CountFilesHolding(texts));
        RefuseRest(left);

        receipt = receipt with { Verification = left, FinishedAt = setup.Clock.GetUtcNow() };
        _receipts.Save(receipt);
        setup.StepDone("verified");
        return receipt;
    }

    private ErasureReceipt Record(ErasureReceipt receipt, string step, Dictionary<string, long> counts)
    {
        ErasureStep[] steps =
            [.. receipt.Steps, new ErasureStep(step, setup.Clock.GetUtcNow(), counts)];
        ErasureReceipt recorded = receipt with { Steps = steps };
        _receipts.Save(recorded);
        setup.StepDone(step);
        return recorded;
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        await using Pipeline pipeline = await Pipeline
            .StartAsync(setup.Options, setup.Config, setup.Client, cancel).ConfigureAwait(false);
        pipeline.Close();
        Task<DrainReport> drain = DrainWholeAsync(pipeline, cancel);
        await Task.WhenAny(drain, pipeline.Failed).ConfigureAwait(false);
        if (pipeline.Failed.IsCompleted)
            throw new ErasureException(
                "the journal cannot be drained into ClickHouse: "
                + await pipeline.Failed.ConfigureAwait(false));
        DrainReport report = await drain.ConfigureAwait(false);
        if (!report.IsComplete || report.Unsent > 0)
            throw new ErasureException(
                $"{report.Unsent} events of the journal did not get into ClickHouse; nothing was erased.");
    }

    private static async Task<DrainReport> DrainWholeAsync(Pipeline pipeline, CancellationToken cancel)
    {
        await pipeline.Recovery.Whole.WaitAsync(cancel).ConfigureAwait(false);
        return await pipeline.DrainAsync(cancel).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<KnownId>> FindAsync(ErasureRequest request, CancellationToken cancel)
    {
        if (request.Id.Length == 0 || setup.Config.Identity.Ignore.Contains(
            request.Id, StringComparer.OrdinalIgnoreCase))
            throw new ErasureException(
                $"\"{request.Id}\" names nobody: the config's identity rules ignore it, since unrelated "
                + "events carry it.");
        return await new PersonSearch(setup.Client, request.Project)
            .FindAsync(request.Id, request.Kind, cancel).ConfigureAwait(false);
    }

    private ErasureReceipt NewReceipt(
        ErasureRequest request, IReadOnlyList<KnownId> known, IReadOnlyList<string> exports)
    {
        var ids = new List<ErasedId>();
        foreach (KnownId id in known)
            ids.Add(new ErasedId(id.Kind, ErasedIds.Hash(System.Text.Encoding.UTF8.GetBytes(id.Text))));
        DateTimeOffset now = setup.Clock.GetUtcNow();
        return new ErasureReceipt
        {
            Name = _receipts.NewName(now),
            Project = request.Project,
            Config = setup.Config.Hash,
            Ids = ids,
            LinksReferrerIds = setup.Config.Identity.LinksReferrerIds,
            LinksClickIds = setup.Config.Identity.LinksClickIds,
            Exports = exports,
            StartedAt = now,
        };
    }

    private async Task<Dictionary<string, long>> CountAsync(ErasureReceipt receipt, CancellationToken cancel)
    {
        Dictionary<string, long> counts = await new TableErasure(setup.Client, receipt, false)
            .CountAsync(cancel).ConfigureAwait(false);
        ErasedIds ids = receipt.ToIds();
        counts.Add("journal_events", CountJournal(receipt.Project, ids));
        counts.Add("dead_letters_file", await _files.CountLastResortAsync(ids).ConfigureAwait(false));
        counts.Add("exports", receipt.Exports.Count);
        return counts;
    }

    private static void RefuseUnknown(ErasureRequest request, IReadOnlyDictionary<string, long> counts)
    {
        // A text in an export proves no person: it may be of another project, or no id at all.
        if (counts.Values.Sum() == counts["exports"])
            throw new ErasureException(
                $"nobody in the project {request.Project} has the id \"{request.Id}\""
                + $"{(request.Kind is null ? "" : $" as {request.Kind} id")}: nothing was erased.");
    }

    private static void RefuseRest(Dictionary<string, long> left)
    {
        string[] places =
            [.. left.Where(place => place.Value != 0).Select(place => $"{place.Value} in {place.Key}")];
        if (places.Length > 0)
            throw new ErasureException(
                $"something of the person is still there: {string.Join(", ", places)}. Run engine erase "
                + "--resume.");
    }

    private DiskJournalFileSystem Journal() => new(Path.Combine(setup.Options.DataFolder, "journal"));

    private long CountJournal(string project, ErasedIds ids)
    {
        byte[] projectText = System.Text.Encoding.UTF8.GetBytes(project);
        var view = new JournalView(
            DiskJournalFileSystem.ForReading(Path.Combine(setup.Options.DataFolder, "journal")));
        long count = 0;
        view.ForEach(record =>
        {
            bool isNamed = EventJson.Field(record, EventField.Project).SequenceEqual(projectText)
                && (ids.Contains(ErasedIds.User, EventJson.Field(record, EventField.UserId))
                    || ids.Contains(ErasedIds.Anonymous, EventJson.Field(record, EventField.AnonymousId))
                    || ids.Contains(ErasedIds.Device, EventJson.Field(record, EventField.DeviceId)));
            count += isNamed ? 1 : 0;
        });
        return count;
    }
}
