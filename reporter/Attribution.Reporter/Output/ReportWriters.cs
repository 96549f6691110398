namespace Attribution.Reporter.Output;

/// <summary>
/// Makes the writers of one run, so that every command has every format, <c>--fields</c> and
/// <c>--fail-if</c>. Owned by the run.
/// </summary>
internal sealed class ReportWriters(ReportSettings settings, ReportTarget target) : IDisposable
{
    /// <summary>What must not happen; null where nothing is forbidden.</summary>
    public Threshold? Threshold { get; } =
        settings.Output.FailIf is { } text ? new Threshold(text) : null;

    /// <summary>Rows that wait for the server to make Parquet of them; null in other formats.</summary>
    public ParquetSpool? Parquet { get; private set; }

    public IReportWriter New(HtmlCaption caption, Action<string> note)
    {
        IReportWriter writer = settings.Output.IsExplained ? new NoWriter() : OfFormat(caption, note);
        if (settings.Output.Fields.Count > 0)
            writer = new FieldsWriter(writer, settings.Output.Fields);
        return Threshold?.Watch(writer) ?? writer;
    }

    public void Dispose() => Parquet?.Dispose();

    private IReportWriter OfFormat(HtmlCaption caption, Action<string> note)
    {
        bool hasHeader = settings.Output.HasHeader;
        TextWriter text = target.Text;
        return settings.Format switch
        {
            OutputFormat.Json => new JsonReportWriter(text),
            OutputFormat.Ndjson => new JsonReportWriter(text, isLines: true),
            OutputFormat.Csv => new DelimitedWriter(text, DelimitedText.Csv, target.IsTerminal, hasHeader),
            OutputFormat.Tsv => new DelimitedWriter(text, DelimitedText.Tsv, target.IsTerminal, hasHeader),
            OutputFormat.Markdown => new MarkdownWriter(text, hasHeader, settings.Range.Zone),
            OutputFormat.Html => new HtmlWriter(text, caption, hasHeader, settings.Range.Zone),
            OutputFormat.Arrow => throw new UsageException(
                "--format: only export writes arrow; reports write parquet."),
            OutputFormat.Parquet => Parquet = new ParquetSpool(),
            _ => new TableWriter(text, new TableStyle
            {
                Width = target.Width,
                IsFitted = target.IsTerminal,
                HasColor = target.HasColor,
                HasHeader = hasHeader,
                Zone = settings.Range.Zone,
                Note = note,
            }),
        };
    }

    /// <summary>Takes rows and shows none.</summary>
    private sealed class NoWriter : IReportWriter
    {
        public void Begin(IReadOnlyList<ReportColumn> columns)
        {
        }

        public void Row(ReadOnlySpan<object?> values)
        {
        }

        public void End(object?[]? totals = null)
        {
        }
    }
}
