using System.Net;
using System.Net.Sockets;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <remarks>
/// Every command asks through one client, which cancels on the server what its caller cancels (ExitCodeTests,
/// QueryTests, RawAnswerTests). What each command can still get wrong is not to hand on that it was
/// interrupted: a server that takes the question and never answers shows it.
/// </remarks>
public sealed class InterruptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Table_OfCommands_HasAllThatAsk() => Assert.Empty(CommandTable.Missing());

    [Fact]
    public async Task Interrupt_OfEveryCommandThatWaitsForAnAnswer_EndsItAndItsQuestion()
    {
        foreach (string[] command in CommandTable.AskingCommands)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var cancel = new CancellationTokenSource();
            Task<ReporterRun> run = ReporterRun.OfAsync(
                new Terminal(),
                [.. command, "--clickhouse", $"http://{listener.LocalEndpoint}"],
                cancel.Token);
            using TcpClient asked = await listener.AcceptTcpClientAsync().WaitAsync(Patience);
            Assert.True(await asked.GetStream().ReadAsync(new byte[1]) == 1, command[0]);

            await cancel.CancelAsync();

            Assert.True((await run.WaitAsync(Patience)).Code == ExitCode.Interrupted, command[0]);
            // The connection is closed, which is how ClickHouse learns of it.
            var rest = new byte[64 * 1024];
            while (await EndsAsync(asked, rest) > 0)
                continue;
        }
    }

    private static async Task<int> EndsAsync(TcpClient asked, byte[] rest)
    {
        try
        {
            return await asked.GetStream().ReadAsync(rest).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
