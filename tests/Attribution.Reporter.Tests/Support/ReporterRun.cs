using Attribution.Testing;

namespace Attribution.Reporter.Tests.Support;

/// <summary>One run of the program inside the test, with what it wrote. Immutable.</summary>
internal sealed record ReporterRun(int Code, string Out, string Error)
{
    /// <summary>As in a pipe.</summary>
    public static Task<ReporterRun> OfAsync(params string[] args) => OfAsync(new Terminal(), args);

    public static Task<ReporterRun> OfAsync(Terminal terminal, params string[] args) =>
        OfAsync(terminal, args, CancellationToken.None);

    public static async Task<ReporterRun> OfAsync(
        Terminal terminal, string[] args, CancellationToken cancel)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var bytes = new MemoryStream();
        using var console = new ReportConsole
        {
            Out = output,
            OutBytes = terminal.Width > 0 ? null : bytes,
            Error = error,
            IsTerminal = terminal.Width > 0,
            IsErrorTerminal = terminal.HasProgress,
            Width = terminal.Width > 0 ? terminal.Width : 100,
            HasColor = terminal.HasColor,
            Clock = new FixedClock(),
            Environment = name => terminal.Environment?.GetValueOrDefault(name),
            WorkingFolder = terminal.Folder,
        };
        int code = await ReporterCommand.RunAsync(args, console, cancel);
        string raw = System.Text.Encoding.UTF8.GetString(bytes.ToArray());
        return new ReporterRun(code, output + raw, error.ToString());
    }

    /// <summary>The options that lead to a test's own database.</summary>
    public static string[] At(ClickHouseFixture fixture, string database, params string[] args) =>
        [.. args, "--clickhouse", fixture.Endpoint.ToString(), "--database", database];

    /// <summary>The lines of a tab-separated answer below its names, cell by cell.</summary>
    public string[][] Cells() =>
        [.. Out.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split('\t'))];
}

/// <summary>What the program is connected to; no width means a pipe. Immutable.</summary>
internal sealed record Terminal(
    int Width = 0, bool HasColor = false, IReadOnlyDictionary<string, string>? Environment = null)
{
    /// <summary>Where the program is started; null is nowhere.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether somebody watches the error stream.</summary>
    public bool HasProgress { get; init; }
}
