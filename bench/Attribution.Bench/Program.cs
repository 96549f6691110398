using System.CommandLine;
using Attribution.Bench.Commands;

var root = new RootCommand("Load, simulated streams and benchmarks for the attribution engine.")
{
    SimulateCommand.Create(),
    LoadCommand.Create(),
    VisibleCommand.Create(),
    MicroCommand.Create(),
};

// A benchmark's own options begin with dashes too, so they are passed on unread.
return args is ["micro", .. string[] rest] && !rest.Contains("--help")
    ? MicroCommand.Run(rest)
    : await root.Parse(args).InvokeAsync();
