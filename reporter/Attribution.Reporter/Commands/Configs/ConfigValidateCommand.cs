using System.CommandLine;
using Attribution.Model.Configs;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Configs;

/// <summary>
/// <c>config validate FILE</c>: whether a file is a config. Owned by its parent command.
/// </summary>
internal sealed class ConfigValidateCommand : ReportCommand
{
    private static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("path", "Path"), ReportColumn.Text("found", "Found"),
        ReportColumn.Text("expected", "Expected"),
    ];

    private readonly Argument<string> _file = new("FILE") { Description = "A config's JSON document." };

    public ConfigValidateCommand(ReportOptions options, ReportConsole console)
        : base(
            "validate",
            "Whether a file is a config: ok and its hash, or everything that is wrong, with its path, what "
            + "was found and what is expected. The exit code is 1 where anything is wrong. No server is "
            + "needed, unless the config names fitted tables.",
            options,
            console) => Arguments.Add(_file);

    public override IReadOnlyList<string> Examples =>
        ["config validate config.json", "config validate config.json --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        string file = parsed.GetRequiredValue(_file);
        AttributionConfig? config = null;
        IReadOnlyList<ConfigError> errors = [];
        try
        {
            config = await ConfigFile.ReadAsync(session, file, cancel).ConfigureAwait(false);
        }
        catch (ConfigException refusal)
        {
            errors = refusal.Errors;
        }

        if (session.Settings.Format == OutputFormat.Json)
            WriteDocument(session, config, errors);
        else if (config is not null)
            session.NewProse().Line($"ok {config.Hash}");
        else
            WriteErrors(session, errors);
        if (config is null)
            throw new ReportException($"{file} is no config: {errors.Count} "
                + (errors.Count == 1 ? "thing is wrong." : "things are wrong."));
    }

    private static void WriteErrors(ReportSession session, IReadOnlyList<ConfigError> errors)
    {
        if (session.IsTable)
        {
            ProseWriter text = session.NewProse();
            foreach (ConfigError error in errors)
                text.Line(error.ToString());
            return;
        }

        IReportWriter writer = session.NewWriter();
        writer.Begin(Columns);
        foreach (ConfigError error in errors)
            writer.Row([error.Path, error.Found, error.Expected]);
        writer.End();
    }

    private static void WriteDocument(
        ReportSession session, AttributionConfig? config, IReadOnlyList<ConfigError> errors) =>
        session.WriteDocument(json =>
        {
            json.WriteStartObject();
            json.Member("valid", config is not null);
            json.Member("hash", config?.Hash);
            json.Member("name", config?.Name);
            json.WriteStartArray("errors");
            foreach (ConfigError error in errors)
            {
                json.WriteStartObject();
                json.Member("path", error.Path);
                json.Member("found", error.Found);
                json.Member("expected", error.Expected);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
