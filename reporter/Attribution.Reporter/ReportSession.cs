using System.Text.Json;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;
using Attribution.Reporter.Pages;
using Attribution.Reporter.Times;

namespace Attribution.Reporter;

/// <summary>
/// One run of a command: its settings, its server and where its answer goes. Owned by that run.
/// </summary>
internal sealed class ReportSession : IAsyncDisposable
{
    /// <summary>Shown where no model is asked for: the one that advertising platforms report.</summary>
    public const string DefaultModel = "last";

    private const int ShortHashChars = 12;
    private const string RangeHint = ". --from and --to choose the range.";

    // A row's key holds its time, and partitions go by it: the same row is never in two of them.
    public const string FinalByPartition = "do_not_merge_across_partitions_select_final";

    /// <summary>
    /// A condition on the sorting key holds for all versions of a row alike, so rows of other keys may be
    /// left out before FINAL merges: where granules hold one person's conversions, 0.02 s instead of 0.46.
    /// </summary>
    private const string KeysBeforeFinal = "optimize_move_to_prewhere_if_final";

    private readonly ReportSettings _settings;
    private readonly ReportConsole _console;
    private readonly ClickHouseClient _client;
    private readonly ReportTarget _target;
    private readonly ReportWriters _writers;
    private readonly TableCapture? _capture;
    private bool _hasStatement;

    /// <param name="settings">Which server, project, range and output.</param>
    /// <param name="console">The world around.</param>
    /// <param name="capture">Keeps the answer instead of writing it; null writes it.</param>
    /// <exception cref="ReportException">The file to write to cannot be made.</exception>
    public ReportSession(ReportSettings settings, ReportConsole console, TableCapture? capture = null)
    {
        _capture = capture;
        _settings = settings;
        _console = console;
        _target = new ReportTarget(settings.Output, console);
        _writers = new ReportWriters(settings, _target);
        // A key's user is read-only by itself, and may not say so again.
        _client = new ClickHouseClient(settings.Server with { IsReadOnly = settings.Key is null });
    }

    public ReportSettings Settings => _settings;

    /// <summary>In whose days the report is meant, and its times are shown to people.</summary>
    public ReportZone Zone => _settings.Range.Zone;

    public TimeProvider Clock => _console.Clock;

    /// <summary>For what asks without the session; it cannot write. Owned by the session.</summary>
    public ClickHouseClient Client => _client;

    public bool IsTable => _settings.Format == OutputFormat.Table;

    /// <summary>Of an answer that is no rows; nothing where statements are shown instead.</summary>
    private TextWriter Text => _settings.Output.IsExplained ? TextWriter.Null : _target.Text;

    /// <summary>For the two commands that store something; the caller's to dispose.</summary>
    /// <exception cref="UsageException">Nothing is to be stored.</exception>
    public ClickHouseClient NewStoringClient() => _settings.Output.IsExplained
        ? throw new UsageException("--explain stores nothing, which this command would do: leave it out.")
        : new ClickHouseClient(_settings.Server);

    /// <summary>Where a line that is written over again and again shows how far a long run is.</summary>
    public ProgressLine NewProgress() => new(_console, _settings.Output.IsQuiet, _capture?.Progress ?? "");

    /// <summary>Cells of a line, where people look.</summary>
    public int Width => _target.Width;

    public IReportWriter NewWriter() => _capture?.NewWriter() ?? _writers.New(
        new HtmlCaption("Attribution", $"project {_settings.Project}, {_settings.Range}"), Note);

    /// <summary>For an answer that is bytes of the server's own; the session's.</summary>
    /// <exception cref="UsageException">A terminal takes text only.</exception>
    public Stream RawOutput() => _target.Bytes
        ?? throw new UsageException(
            "a terminal shows no raw bytes: write them to a file with -o FILE, or pipe them.");

    /// <summary>Ends a run whose answer goes on, though there may be nothing to write for long.</summary>
    /// <exception cref="ReaderGoneException">Nobody reads it any more.</exception>
    public void EnsureReader() => (_target.Bytes as StandardOutput)?.EnsureReader();

    /// <summary>For what is no table: lines that people read.</summary>
    public ProseWriter NewProse() => new(Text, _target.Width, _target.HasColor);

    /// <summary>For an answer that is one document.</summary>
    public void WriteDocument(Action<Utf8JsonWriter> write) => JsonText.Write(Text, write);

    /// <summary>JSON exactly as it is; on a terminal with what could control it escaped.</summary>
    public void WriteJson(string text) => Text.Write(_target.IsTerminal ? CellText.Escaped(text) : text);

    /// <summary>An answer that is one text of its own kind.</summary>
    public void WriteText(Action<TextWriter> write) => write(Text);

    /// <summary>Something to know that is not data.</summary>
    public void Note(string text)
    {
        if (_capture is not null)
        {
            _capture.Notes.Add(text);
            return;
        }

        if (!_settings.Output.IsQuiet)
            _console.Error.WriteLine(CellText.Plain(text));
    }

    /// <summary>What a table shows; a pipe has no reader for it.</summary>
    public void Caption(string text)
    {
        if (_target.IsTerminal)
            Note(text);
    }

    /// <summary>Rows to show at most: what --limit says, or else as many as a table should have.</summary>
    public int RowLimit(int tableRows) => _settings.Limit ?? (IsTable ? tableRows : int.MaxValue);

    /// <summary>The first rows, as many as are to be shown; says how many more there are.</summary>
    public IEnumerable<T> Limited<T>(
        IReadOnlyCollection<T> all, int tableRows, string noun = "row", string about = "")
    {
        int limit = RowLimit(tableRows);
        NoteMore(all.Count, limit, noun, about);
        return all.Take(limit);
    }

    /// <summary>Says how many rows were left out, where any were.</summary>
    /// <param name="all">How many there are.</param>
    /// <param name="limit">How many are shown.</param>
    /// <param name="noun">What one of them is.</param>
    /// <param name="about">What there is to know of those left out.</param>
    public void NoteMore(long all, long limit, string noun, string about = "")
    {
        long more = all - limit;
        if (more > 0)
            Note($"note: {more} more {Plural.Of(more, noun)}{about}; --limit {all} shows "
                + $"{Plural.Of(more, "it", "them")}.");
    }

    /// <summary>Ends an answer that is complete: what was written is where it should be.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">What was asked of the answer cannot be said of it.</exception>
    public async Task<int> FinishAsync(CancellationToken cancel)
    {
        if (_writers.Parquet is { } parquet)
        {
            Stream output = _target.Bytes
                ?? throw new UsageException(OutputOptions.ParquetIsNoText);
            await parquet.SendAsync(_client, output, cancel).ConfigureAwait(false);
            await output.FlushAsync(cancel).ConfigureAwait(false);
        }

        if (_writers.Threshold is { HasLooked: false })
            throw new UsageException("--fail-if looks at rows, and this answer has none.");
        _target.Finish();
        if (_writers.Threshold?.Crossing is not { } crossing)
            return ExitCode.Ok;
        await _console.Error.WriteLineAsync(CellText.PlainLines(crossing)).ConfigureAwait(false);
        return ExitCode.Crossed;
    }

    public DateTime Now => _console.Clock.GetUtcNow().UtcDateTime;

    /// <summary>A time as people write it; null where it is none.</summary>
    public DateTime? ParseTime(string text) =>
        new ReportTime(Zone, Now).TryParse(text, out DateTime time)
            ? time
            : null;

    /// <summary>Project, range and zone, which nearly every query takes.</summary>
    public QueryParameters Parameters() => Parameters(_settings.Range);

    /// <summary>The same of another range.</summary>
    public QueryParameters Parameters(TimeRange range) => new QueryParameters()
        .Add("project", _settings.Project)
        .Add("tz", Zone.Name)
        .Add("from", range.From)
        .Add("to", range.To);

    /// <summary>Asks one of the program's own queries.</summary>
    public Task<Rows> QueryAsync(string file, QueryParameters parameters, CancellationToken cancel) =>
        QueryComposedAsync(SqlFile.Load(file), parameters, cancel);

    /// <summary>Asks SQL that the program composed.</summary>
    public Task<Rows> QueryComposedAsync(string sql, QueryParameters parameters, CancellationToken cancel) =>
        QueryTextAsync(sql, parameters.Set(FinalByPartition, "1").Set(KeysBeforeFinal, "1"), cancel);

    /// <summary>Asks; the server changes nothing for it.</summary>
    public async Task<Rows> QueryTextAsync(
        string sql, QueryParameters parameters, CancellationToken cancel)
    {
        if (_settings.Output.IsExplained)
            Explain(sql, parameters);
        _capture?.Ask(sql, parameters);
        parameters.QueryId = Guid.NewGuid().ToString("N");
        var progress = new QueryProgress(_client, parameters.QueryId, NewProgress());
        await using (progress.ConfigureAwait(false))
            return await _client.QueryAsync(sql, parameters, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The config to report on: the one asked for, or the one that wrote last. Null where nothing was
    /// attributed.
    /// </summary>
    /// <exception cref="ReportException">The config asked for is unknown or not the only one.</exception>
    /// <exception cref="UsageException">What is asked for cannot be a hash.</exception>
    public async Task<string?> ResolveConfigAsync(CancellationToken cancel)
    {
        if (_settings.Config is { } hash && (hash.Length == 0 || !hash.All(char.IsAsciiLetterOrDigit)))
            throw new UsageException($"--config: '{hash}' is no hash; it takes letters and digits.");
        if (_settings.Config is null)
            return await NewestConfigAsync("--config", cancel).ConfigureAwait(false);

        List<string> used = await TextsAsync("configs_in_range", Parameters(), cancel).ConfigureAwait(false);
        List<string> known = await TextsAsync(
            "configs_known", new QueryParameters().Add("hash", _settings.Config), cancel)
            .ConfigureAwait(false);
        List<string> all = [.. known.Union(used.Where(
            hash => hash.StartsWith(_settings.Config, StringComparison.Ordinal)))];
        return all.Count switch
        {
            1 => all[0],
            0 => throw new ReportException(
                $"no config's hash begins with '{_settings.Config}'. In this range: "
                + (used.Count == 0 ? "none" : string.Join(", ", used.Select(Short)))
                + ". `config list` has the hash of each name."),
            _ => throw new ReportException(
                $"'{_settings.Config}' is the beginning of {string.Join(", ", all)}: write more of it."),
        };
    }

    /// <summary>The config that wrote last in the range; null where nothing was attributed.</summary>
    /// <param name="option">How another one is asked for.</param>
    public async Task<string?> NewestConfigAsync(string option, CancellationToken cancel)
    {
        List<string> used = await TextsAsync("configs_used", Parameters(), cancel).ConfigureAwait(false);
        if (used.Count > 1)
            used = await TextsAsync("configs_in_range", Parameters(), cancel).ConfigureAwait(false);
        if (used.Count > 1)
            Note($"note: {used.Count} configs attributed conversions in this range: "
                + $"{string.Join(", ", used.Select(Short))}. Shown is the newest; {option} HASH chooses.");
        return used.FirstOrDefault();
    }

    /// <summary>Says what is shown.</summary>
    public void Describe(string? model, string config) => Caption(
        $"project {_settings.Project}, {_settings.Range}, "
        + (model is null ? "" : $"model {model}, ") + $"config {Short(config)}");

    /// <summary>Says why a report is empty and where the data is.</summary>
    public async Task ExplainEmptyAsync(CancellationToken cancel)
    {
        string where = await WhereConversionsAreAsync(RangeHint, cancel).ConfigureAwait(false);
        Note($"no conversions {Asked()}: {where}");
    }

    /// <summary>The same of a report about events.</summary>
    public async Task ExplainNoEventsAsync(CancellationToken cancel)
    {
        string where = await WhereAsync(
            ("projects_events", "event"), RangeHint,
            "Does anything send to the engine? POST /v1/events takes them.", cancel).ConfigureAwait(false);
        Note($"no events {Asked()}: {where}");
    }

    /// <summary>Of which there is nothing: the filter too, since it may be all that is to blame.</summary>
    private string Asked() => $"in project '{_settings.Project}', {_settings.Range}"
        + (_settings.Filter is { } filter
            ? $", that --where '{filter}' holds for (texts are compared letter by letter)"
            : "");

    /// <summary>When and in which projects there are conversions, of which none has the id.</summary>
    public Task<string> WhereOthersAreAsync(CancellationToken cancel) =>
        WhereConversionsAreAsync("; ids are compared letter by letter.", cancel);

    private Task<string> WhereConversionsAreAsync(string hint, CancellationToken cancel) => WhereAsync(
        ("projects", "conversion"), hint,
        "Has the engine taken events of a converting type, as signup or purchase?", cancel);

    /// <param name="of">The query of projects, and what they have.</param>
    /// <param name="hint">What to do where the project has some.</param>
    /// <param name="question">What to look at where nobody has any.</param>
    /// <param name="cancel">Ends it early.</param>
    private async Task<string> WhereAsync(
        (string File, string Noun) of, string hint, string question, CancellationToken cancel)
    {
        await using Rows rows =
            await QueryAsync(of.File, new QueryParameters(), cancel).ConfigureAwait(false);
        var projects = new List<string>();
        string? extent = null;
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            projects.Add(row.GetString("project"));
            if (projects[^1] == _settings.Project)
                extent = $"the oldest is from {Zone.Text(row.GetDateTime("oldest"))}, "
                    + $"the newest from {Zone.Text(row.GetDateTime("newest"))}";
        }

        if (extent is not null)
            return extent + hint;
        return projects.Count > 0
            ? $"there are none at any other time. Projects with {of.Noun}s: "
                + $"{string.Join(", ", projects)} (--project)."
            : $"the database '{_settings.Server.Database}' holds no {of.Noun} yet. {question}";
    }

    public ValueTask DisposeAsync()
    {
        _writers.Dispose();
        _target.Dispose();
        return _client.DisposeAsync();
    }

    /// <summary>The first column of a query's rows.</summary>
    public async Task<List<string>> TextsAsync(
        string file, QueryParameters parameters, CancellationToken cancel)
    {
        await using Rows rows = await QueryAsync(file, parameters, cancel).ConfigureAwait(false);
        var texts = new List<string>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            texts.Add(row.GetString(0));
        return texts;
    }

    /// <summary>As much of a hash as tells it from others.</summary>
    public static string Short(string hash) => hash.Length > ShortHashChars ? hash[..ShortHashChars] : hash;

    /// <summary>The statement instead of its answer, for <c>--explain</c>.</summary>
    public void Explain(string sql, QueryParameters parameters)
    {
        if (!_hasStatement)
            _target.Text.Write(StatementText.Head(_settings.Server.Database));
        _hasStatement = true;
        _target.Text.Write(StatementText.Of(sql, parameters));
    }
}
