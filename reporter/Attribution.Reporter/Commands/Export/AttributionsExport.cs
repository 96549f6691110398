using Attribution.ClickHouse.Http;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Commands.Export;

/// <summary>Attributions, one row per conversion, model and config. Owned by one command.</summary>
internal sealed class AttributionsExport : ExportQuestion
{
    private static readonly string[] All =
    [
        "conversion_id", "conversion_type", "conversion_time", "model", "config", "version", "person",
        "user_id", "revenue", "currency", "touches", "touch_times", "touch_types", "channels", "sources",
        "mediums",
        "campaigns", "credits", "credit_values", "evidence",
    ];

    private readonly string _config;

    /// <param name="session">Gives project and range.</param>
    /// <param name="names">Columns; none is all.</param>
    /// <param name="where">A filter; null is none.</param>
    /// <param name="config">Its hash; null is every config.</param>
    /// <exception cref="UsageException">A column does not exist, or the filter makes no sense.</exception>
    public AttributionsExport(
        ReportSession session, IReadOnlyList<string> names, FilterText? where, string? config)
        : base(session, where)
    {
        _config = config ?? "";
        Names = names.Count > 0 ? names : All;
        string? unknown = Names.FirstOrDefault(name => !All.Contains(name));
        if (unknown is not null)
            throw new UsageException($"--fields: attributions have no column '{unknown}'."
                + $"{Nearest.Hint(unknown, All)} They have: {string.Join(", ", All)}.");
        Rows(session.Settings.Range.From, session.Settings.Range.To);
    }

    public override string Table => "attributions";

    public override IReadOnlyList<string> Names { get; }

    protected override string File => "export_attributions";

    protected override (IEnumerable<string> Columns, string Order, string Condition) Sql(
        QueryParameters parameters)
    {
        parameters.Add("config", _config).Add("model", Session.Settings.Model ?? "");
        string condition = Where is null
            ? ""
            : new ConversionFilter(Where, new SqlArguments(parameters), Session.ParseTime).Build();
        return (Names, "project, conversion_time, conversion_id, config, model", condition);
    }
}
