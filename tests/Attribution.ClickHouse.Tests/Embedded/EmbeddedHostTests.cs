using System.Diagnostics;
using System.Globalization;
using Attribution.ClickHouse.Embedded;
using Attribution.ClickHouse.Tests.Support;

namespace Attribution.ClickHouse.Tests.Embedded;

/// <remarks>
/// The child without its supervisor. An orphan is made by naming a parent that is not, while its life line
/// stays open, as if a third process had inherited it.
/// </remarks>
public sealed class EmbeddedHostTests : IDisposable
{
    private const int Init = 1;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_ParentGoneButLifeLineOpen_EndsByItself()
    {
        using Process orphan = await StartAsync(parentId: Init);

        await orphan.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, orphan.ExitCode);
    }

    [Fact]
    public async Task Run_LifeLineCut_EndsWithSuccess()
    {
        using Process child = await StartAsync(Environment.ProcessId);

        child.StandardInput.Close();
        await child.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task Run_StartedByHand_SaysWhatItIs()
    {
        using Process child = Launch([]);

        string said = await child.StandardError.ReadToEndAsync();

        Assert.Contains("the engine starts it", said, StringComparison.Ordinal);
    }

    private async Task<Process> StartAsync(int parentId)
    {
        string library = await EmbeddedLibrary.EnsureAsync(null, CancellationToken.None);
        var options = new EmbeddedOptions { DataFolder = _folder.Path, HttpPort = 0, TcpPort = 0 };
        EmbeddedConfig.Write(_folder.Path, options);
        (int http, int tcp) = ListenPort.Resolve(options);
        string parent = parentId.ToString(CultureInfo.InvariantCulture);
        return Launch([library, _folder.Path, "127.0.0.1", $"{http}", $"{tcp}", parent]);
    }

    private static Process Launch(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        string program = typeof(EmbeddedLibrary).Assembly.Location;
        foreach (string argument in (string[])["exec", program, .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
