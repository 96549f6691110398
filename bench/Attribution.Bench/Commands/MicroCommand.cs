using System.CommandLine;
using Attribution.Bench.Micro;
using BenchmarkDotNet.Running;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>micro *Parser*</c>: BenchmarkDotNet over the classes in <c>Micro/</c>; <c>micro --check-allocations</c>
/// compares only the bytes they allocate. Stateless.
/// </summary>
internal static class MicroCommand
{
    private const string CheckName = "--check-allocations";

    private static readonly Argument<string[]> Filter = new("filter")
    {
        Description = "Which benchmarks, such as *Parser*; default all. BenchmarkDotNet's options follow.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Check = new(CheckName)
    {
        Description = "Only compare allocated bytes with bench/allocations.json; takes seconds.",
    };

    public static Command Create()
    {
        var command = new Command("micro", "Run micro benchmarks.") { Filter, Check };
        command.SetAction(parsed => Run(parsed.GetValue(Filter) ?? []));
        return command;
    }

    /// <returns>1 where no benchmark was run or one failed.</returns>
    public static int Run(string[] args)
    {
        if (args.Contains(CheckName))
            return CheckAllocations();
        bool isFiltered = args.Length > 0 && !args[0].StartsWith('-');
        string[] filtered = isFiltered ? ["--filter", .. args] : ["--filter", "*", .. args];
        var summaries = BenchmarkSwitcher
            .FromAssembly(typeof(MicroCommand).Assembly)
            .Run(filtered, new BenchConfig())
            .ToList();
        return summaries.Count > 0 && summaries.All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
    }

    private static int CheckAllocations()
    {
        int over = 0;
        foreach ((string name, long allowed) in AllocationGate.Allowed())
        {
            long bytes = AllocationGate.Measure(name);
            over += bytes > allowed ? 1 : 0;
            Console.WriteLine($"{name,-70} {bytes,8:N0} B of {allowed:N0}");
        }

        return over == 0 ? 0 : 1;
    }
}
