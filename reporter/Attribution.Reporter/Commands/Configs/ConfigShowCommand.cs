using System.CommandLine;
using System.Text.Json;

namespace Attribution.Reporter.Commands.Configs;

/// <summary><c>config show HASH</c>: what a config says. Owned by its parent command.</summary>
internal sealed class ConfigShowCommand : ReportCommand
{
    private readonly Argument<string> _config = new("CONFIG") { Description = ConfigDocument.ReferenceHelp };

    public ConfigShowCommand(ReportOptions options, ReportConsole console)
        : base(
            "show",
            "A config's whole document, every default filled in: laid out on a terminal; in a pipe or with "
            + "--format json its canonical bytes (RFC 8785), whose SHA-256 is the config's hash.",
            options,
            console) => Arguments.Add(_config);

    public override IReadOnlyList<string> Examples => ["config show web", "config show mmp --format json"];

    protected override async Task RunAsync(
        ReportSession session, ParseResult parsed, CancellationToken cancel)
    {
        ConfigDocument document = await ConfigDocument
            .LoadAsync(session, parsed.GetRequiredValue(_config), cancel).ConfigureAwait(false);
        session.Caption($"config {document.Name}, hash {document.Hash}");
        if (session.IsTable)
            session.WriteDocument(json => Copy(document.Json, json));
        else
            session.WriteJson(document.Json);
    }

    private static void Copy(string text, Utf8JsonWriter json)
    {
        using JsonDocument parsed = JsonDocument.Parse(text);
        parsed.RootElement.WriteTo(json);
    }
}
