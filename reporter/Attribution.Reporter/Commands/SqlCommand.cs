using System.CommandLine;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands;

/// <summary><c>sql "SELECT …"</c>: any question, read only. Owned by the root command.</summary>
internal sealed class SqlCommand : ReportCommand
{
    private readonly Argument<string?> _sql = new("SQL")
    {
        Description = "One statement that reads, in ClickHouse's SQL, without FORMAT and "
            + "SETTINGS. {name:Type} marks a parameter. - reads it from the standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Read the statement from a file; - is the standard input.",
        HelpName = "FILE",
    };

    private readonly ReportConsole _console;

    private readonly Option<string[]> _parameters = new("--param")
    {
        Description = "A parameter's value; may be given several times. An array is written as in JSON.",
        HelpName = "NAME=VALUE",
    };

    public SqlCommand(ReportOptions options, ReportConsole console)
        : base(
            "sql",
            "Any question in SQL over the tables events, attributions, identities, dead_letters and "
            + "configs. Read them through FINAL, which gives each row once. The other options but --format, "
            + "--limit and where the server is do not apply.",
            options,
            console)
    {
        _console = console;
        Arguments.Add(_sql);
        Options.Add(_file);
        Options.Add(_parameters);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "sql \"SELECT type, count() FROM events FINAL GROUP BY type\"",
        "sql \"SELECT count() FROM events FINAL WHERE source = {source:String}\" --param source=google",
    ];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string sql = SqlText.Read(parsed.GetValue(_sql), parsed.GetValue(_file), _console.In);
        SqlStatement.EnsureReads(sql);
        QueryParameters parameters = SqlParameters.Read(sql, parsed.GetValue(_parameters) ?? []);
        if (session.Settings.Limit is { } limit)
            parameters.Set("limit", $"{limit}");

        await using Rows rows = await session.QueryTextAsync(sql, parameters, cancel).ConfigureAwait(false);
        IReportWriter writer = session.NewWriter();
        writer.Begin([.. rows.Columns.Select(ColumnOf)]);
        var values = new object?[rows.Columns.Count];
        long count = 0;
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            for (int at = 0; at < values.Length; at++)
                values[at] = row.GetValue(at);
            writer.Row(values);
            count++;
        }

        writer.End();
        if (count == 0)
            session.Caption("no rows");
    }

    /// <summary>Numbers stand to the right; everything else is text.</summary>
    public static ReportColumn ColumnOf((string Name, string Type) column)
    {
        string type = column.Type;
        foreach (string wrapper in (string[])["LowCardinality(", "Nullable("])
        {
            if (type.StartsWith(wrapper, StringComparison.Ordinal))
                type = type[wrapper.Length..];
        }

        string[] numbers = ["Int", "UInt", "Float", "Decimal"];
        bool isNumber = numbers.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));
        bool isTime = type.StartsWith("Date", StringComparison.Ordinal);
        ColumnKind kind = isNumber ? ColumnKind.Number : ColumnKind.Text;
        return new ReportColumn(column.Name, CellText.Plain(column.Name), isTime ? ColumnKind.Number : kind);
    }
}
