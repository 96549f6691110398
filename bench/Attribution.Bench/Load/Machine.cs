using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Attribution.Bench.Load;

/// <summary>Where and from what a figure was measured; goes into every result file. Immutable.</summary>
internal sealed record Machine
{
    public required string Cpu { get; init; }
    public required int Cores { get; init; }
    public required long MemoryMegabytes { get; init; }
    public required string Kernel { get; init; }
    public required string Runtime { get; init; }
    public required string Sdk { get; init; }

    /// <summary>What this program was built from, as its build has it; not what is checked out now.</summary>
    public required string Commit { get; init; }

    /// <summary>The same of the engine's dll beside this program.</summary>
    public required string EngineCommit { get; init; }

    public required string Command { get; init; }
    public required DateTime MeasuredAt { get; init; }

    public static Machine Current() => new()
    {
        Cpu = CpuModel(),
        Cores = Environment.ProcessorCount,
        MemoryMegabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
        Kernel = KernelRelease(),
        Runtime = RuntimeInformation.FrameworkDescription,
        Sdk = Output("dotnet", "--version"),
        Commit = BuiltFrom(typeof(Machine)),
        EngineCommit = BuiltFrom(typeof(Engine.Pipeline)),
        Command = "bench " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)),
        MeasuredAt = DateTime.UtcNow,
    };

    private static string KernelRelease()
    {
        const string file = "/proc/sys/kernel/osrelease";
        return File.Exists(file)
            ? $"Linux {File.ReadAllText(file).Trim()}, {RuntimeInformation.OSDescription}"
            : RuntimeInformation.OSDescription;
    }

    private static string CpuModel()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : line[(line.IndexOf(':') + 1)..].Trim();
    }

    /// <summary>The commit that stands in an assembly, with a mark where files differed from it.</summary>
    private static string BuiltFrom(Type type)
    {
        string? version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion;
        int plus = version?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        return plus < 0 ? "unknown" : version![(plus + 1)..].Replace('.', ' ');
    }

    /// <summary>What a program prints; "unknown" where it cannot be run here.</summary>
    private static string Output(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
