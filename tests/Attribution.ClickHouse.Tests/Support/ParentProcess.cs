using System.Diagnostics;
using System.Globalization;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// A running <see cref="ParentProgram"/>, with the ClickHouse it started. Owned by one test.
/// </summary>
internal sealed class ParentProcess : IDisposable
{
    private readonly Process _process;

    private ParentProcess(Process process, int httpPort, int childId)
    {
        _process = process;
        HttpPort = httpPort;
        ChildId = childId;
    }

    public int Id => _process.Id;

    public int HttpPort { get; }

    public int ChildId { get; }

    public static async Task<ParentProcess> StartAsync(string dataFolder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(ParentProgram).Assembly.Location);
        start.ArgumentList.Add(dataFolder);
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(
            "The parent ended before ClickHouse was ready.");
        string[] parts = line.Split(' ');
        return new ParentProcess(
            process,
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
