using System.CommandLine;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Schema;

/// <summary>
/// <c>schema fields</c>: what --by, --where and --fields take. Asks no server. Owned by its parent.
/// </summary>
internal sealed class SchemaFieldsCommand(ReportOptions options, ReportConsole console) : ReportCommand(
    "fields",
    "The fields that --by, --where and --fields take. Of an event means: of the events that `events` and "
    + "`quality` list; elsewhere of the conversion's event, and behind touch. of the touch's.",
    options,
    console)
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("field", "Field") with { MinCells = 17 },
        ReportColumn.Text("of", "Of"), ReportColumn.Text("type", "Type"),
        ReportColumn.Prose("about", "What it is", 4),
    ];

    public override IReadOnlyList<string> Examples => ["schema fields", "schema fields --format csv"];

    protected override Task RunAsync(ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        IReportWriter writer = session.NewWriter();
        writer.Begin(Columns);
        foreach ((string of, IEnumerable<Field> fields) in CreditFields.ByPlace)
        {
            foreach (Field field in fields)
                writer.Row([field.Name, of, TypeName(field.Type), field.About]);
        }

        string properties = EventFields.PropertyPrefix + "NAME";
        string touch = CreditFields.TouchPrefix + "FIELD";
        writer.Row([properties, "event", "text or number", "what the sender put there, also NAME.NAME"]);
        writer.Row([touch, "touch's event", "", "any field of the touch's event"]);
        writer.End();
        return Task.CompletedTask;
    }

    private static string TypeName(FieldType type) => type switch
    {
        FieldType.Number => "number",
        FieldType.Time => "time",
        FieldType.Date => "day",
        _ => "text",
    };
}
