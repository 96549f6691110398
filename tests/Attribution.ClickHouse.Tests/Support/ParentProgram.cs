using Attribution.ClickHouse.Embedded;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>
/// Stands for the engine where a test needs a parent process that it can kill: starts ClickHouse on a folder,
/// prints the port and the child's id, and stops it when its input ends.
/// </summary>
internal static class ParentProgram
{
    internal static async Task<int> Main(string[] arguments)
    {
        var options = new EmbeddedOptions { DataFolder = arguments[0], HttpPort = 0, TcpPort = 0 };
        await using EmbeddedClickHouse server =
            await EmbeddedClickHouse.StartAsync(options, CancellationToken.None);
        Console.WriteLine($"{server.HttpPort} {server.ProcessId}");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
