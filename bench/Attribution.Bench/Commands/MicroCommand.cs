using System.CommandLine;
using Attribution.Bench.Micro;
using BenchmarkDotNet.Running;

namespace Attribution.Bench.Commands;

/// <summary><c>micro *Parser*</c>: BenchmarkDotNet over the classes in <c>Micro/</c>. Stateless.</summary>
internal static class MicroCommand
{
    private static readonly Argument<string[]> Filter = new("filter")
    {
        Description = "Which benchmarks, such as *Parser*; default all. BenchmarkDotNet's options follow.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create()
    {
        var command = new Command("micro", "Run micro benchmarks.") { Filter };
        command.SetAction(parsed => Run(parsed.GetValue(Filter) ?? []));
        return command;
    }

    /// <returns>1 where no benchmark was run or one failed.</returns>
    public static int Run(string[] args)
    {
        bool isFiltered = args.Length > 0 && !args[0].StartsWith('-');
        string[] filtered = isFiltered ? ["--filter", .. args] : ["--filter", "*", .. args];
        var summaries = BenchmarkSwitcher
            .FromAssembly(typeof(MicroCommand).Assembly)
            .Run(filtered, new BenchConfig())
            .ToList();
        return summaries.Count > 0 && summaries.All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
