using System.CommandLine;
using Attribution.Bench.Commands;

var root = new RootCommand("Load, simulated streams and benchmarks for the attribution engine.")
{
    SimulateCommand.Create(),
    LoadCommand.Create(),
    CompareCommand.Create(),
    SettingsCommand.Create(),
    EndToEndCommand.Create(),
    ScaleCommand.Create(),
    CapacityCommand.Create(),
    VisibleCommand.Create(),
    MicroCommand.Create(),
    ParserCommand.Create(),
    SortingKeysCommand.Create(),
    InsertsCommand.Create(),
    DistributedCommand.Create(),
    ReplayCommand.Create(),
    TruthCommand.Create(),
    SoakCommand.Create(),
    CrashCommand.Create(),
    FuzzCommand.Create(),
    IdleCommand.Create(),
    StateCommand.Create(),
    StartCommand.Create(),
    LaunchCommand.Create(),
    QuestionsCommand.Create(),
};

// A benchmark's own options begin with dashes too, so they are passed on unread.
if (args is ["micro", .. string[] rest] && !rest.Contains("--help"))
    return MicroCommand.Run(rest);

try
{
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
    return await root.Parse(args).InvokeAsync(invocation);
}
catch (Exception e) when (e is HttpRequestException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
