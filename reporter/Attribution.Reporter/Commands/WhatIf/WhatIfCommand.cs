using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Replay;
using Attribution.Reporter.Commands.Replay;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// <c>whatif --config B</c>: what another config would make of the same events. Owned by the root command.
/// </summary>
internal sealed class WhatIfCommand : ReportCommand
{
    private const int DefaultLimit = 100;

    private readonly Option<string?> _against = new("--against")
    {
        Description = "What --config is compared with: a stored config's hash, a file, web or mmp. The "
            + "newest in use in the range otherwise.",
        HelpName = "CONFIG",
    };

    private readonly Option<bool> _list = new("--list")
    {
        Description = "Each conversion that changed, the newest first; 100 unless --limit says otherwise.",
    };

    private readonly ReplayTuning _tuning = new();

    public WhatIfCommand(ReportOptions options, ReportConsole console)
        : base(
            "whatif",
            "What another config would make of the same events, conversion by conversion: how many would be "
            + "somebody else's, from which channel to which, by which rule, and what that is worth. --config "
            + "names the other one: a file, a stored config's hash, web or mmp. Reads the raw events and "
            + "writes nothing; every model that both have is counted, one (last unless --model says "
            + "otherwise) is shown in full, with each of its tables as long as --limit says. Memory: the "
            + "histories, as --memory bounds them, and a few hundred bytes per conversion of the pass whose "
            + "other side is still to come.",
            options,
            console)
    {
        Options.Add(_against);
        Options.Add(_list);
        _tuning.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "whatif --config mmp --against web --from 30d",
        "whatif --config mmp --against web --list --limit 20",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        ReportSettings settings = session.Settings;
        string latterText = settings.Config
            ?? throw new UsageException(
                "whatif needs --config: a file, a stored config's hash, web or mmp.");
        string formerText = parsed.GetValue(_against)
            ?? await session.NewestConfigAsync("--against", cancel).ConfigureAwait(false)
            ?? throw new ReportException(
                $"nothing is attributed in project '{settings.Project}', {settings.Range}, to compare with: "
                + "--against web, or another config, compares the two of them.");
        AttributionConfig former =
            await ConfigSource.LoadAsync(session, formerText, cancel).ConfigureAwait(false);
        AttributionConfig latter =
            await ConfigSource.LoadAsync(session, latterText, cancel).ConfigureAwait(false);

        string[] models = [.. latter.Models.Select(model => model.Name)
            .Where(name => former.Models.Any(model => model.Name == name))];
        int chosen = Chosen(settings.Model, models);
        NoteModels(session, former, latter, models);
        session.Caption($"project {settings.Project}, {settings.Range}, model {models[chosen]}, "
            + $"before: config {former.Name} {ReportSession.Short(former.Hash)}, "
            + $"after: {latter.Name} {ReportSession.Short(latter.Hash)}");

        bool hasList = parsed.GetValue(_list);
        var sink = new WhatIfSink(models, chosen, hasList ? settings.Limit ?? DefaultLimit : 0);
        ReplayOptions options = _tuning.Read(parsed, session, former) with { Others = [latter] };
        using (ProgressLine line = session.NewProgress())
            await new Replayer(session.Client, options)
                .RunAsync(sink, new ReplayProgressText(line), cancel).ConfigureAwait(false);
        Write(session, hasList, new WhatIfResult
        {
            Former = former,
            Latter = latter,
            Models = models,
            Diffs = sink.Diffs(),
            Chosen = chosen,
        });
        if (sink.Diffs()[chosen] is { Former: 0, Latter: 0 })
            session.Note($"no event in project '{settings.Project}', {settings.Range}, is a conversion under "
                + "either config. --from and --to choose the range.");
    }

    private static void Write(ReportSession session, bool hasList, WhatIfResult result)
    {
        switch (session.Settings.Format)
        {
            case OutputFormat.Json when session.Settings.Output.IsDocument:
                session.WriteDocument(json => WhatIfJson.Write(result, session, hasList, json));
                break;
            case OutputFormat.Table:
                new WhatIfTables(result, session).Write(hasList);
                break;
            default:
                if (hasList)
                    WhatIfRows.WriteList(result, session.NewWriter());
                else
                    WhatIfRows.WriteAll(result, session);
                break;
        }
    }

    /// <summary>The model to show in full, of those that both configs have.</summary>
    private static int Chosen(string? wanted, string[] models)
    {
        if (models.Length == 0)
            throw new ReportException(
                "the two configs have no model in common, so there is nothing to compare.");
        int chosen = Array.IndexOf(models, wanted ?? ReportSession.DefaultModel);
        if (chosen >= 0)
            return chosen;
        return wanted is null
            ? 0
            : throw new ReportException(
                $"the two configs do not both have the model '{wanted}', but {string.Join(", ", models)}.");
    }

    private static void NoteModels(
        ReportSession session, AttributionConfig former, AttributionConfig latter, string[] models)
    {
        string[] single = [.. former.Models.Concat(latter.Models).Select(model => model.Name).Distinct()
            .Except(models)];
        if (single.Length > 0)
            session.Note($"note: only one of the configs has {string.Join(", ", single)}; not compared.");
    }
}
