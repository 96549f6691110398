using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Attribution.ClickHouse.Embedded;

/// <summary>
/// The parent's handle on one child that hosts ClickHouse; its standard input is the child's life line.
/// Owned by <see cref="EmbeddedClickHouse"/>; members may be used from any thread.
/// </summary>
internal sealed class HostProcess : IDisposable
{
    private const int TailLines = 40;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    // Never through a proxy from the environment: the child is on this machine.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    private readonly Process _process;
    private readonly Queue<string> _tail = new(TailLines);

    private HostProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = process.WaitForExitAsync();
    }

    public Task Exited { get; }

    public int Id { get; }

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines the child wrote, for messages.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return string.Join('\n', _tail);
        }
    }

    /// <summary>Whether it ended because another process listens on one of its ports.</summary>
    public bool LostPort =>
        Exited.IsCompleted && Tail.Contains("already in use", StringComparison.OrdinalIgnoreCase);

    public static HostProcess Start(string library, string folder, string host, int httpPort, int tcpPort)
    {
        ProcessStartInfo start = Launcher();
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.ArgumentList.Add(library);
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add(host);
        start.ArgumentList.Add(httpPort.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(tcpPort.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Returns when the server answers a query.</summary>
    /// <exception cref="EmbeddedException">It ended before, or did not answer in time.</exception>
    public async Task WaitUntilReadyAsync(
        Uri endpoint, string folder, TimeSpan patience, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(endpoint, cancel).ConfigureAwait(false))
        {
            string log = $"Its log is {EmbeddedFolder.LogFile(folder)}. It said:\n{Tail}";
            if (Exited.IsCompleted)
                throw new EmbeddedException($"ClickHouse ended with code {ExitCode} while starting. {log}");
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new EmbeddedException(
                    $"ClickHouse did not answer at {endpoint} within {patience.TotalSeconds} s. {log}");
            await Task.Delay(PollInterval, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts the life line and waits; kills what has not ended in time.</summary>
    /// <returns>True when the child ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan patience)
    {
        _process.StandardInput.Close();
        Task first = await Task.WhenAny(Exited, Task.Delay(patience)).ConfigureAwait(false);
        if (first == Exited)
            return true;
        Kill();
        await Exited.ConfigureAwait(false);
        return false;
    }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    public void Dispose() => _process.Dispose();

    /// <summary>
    /// This assembly, run by the runtime that runs the parent; or its own launcher where there is none.
    /// </summary>
    private static ProcessStartInfo Launcher()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Attribution.ClickHouse");
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string dotnet = Path.GetFullPath(Path.Combine(runtime, "../../../dotnet"));
        if (!File.Exists(dotnet) || !File.Exists(program + ".dll"))
            return new ProcessStartInfo(program);
        var start = new ProcessStartInfo(dotnet);
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program + ".dll");
        return start;
    }

    private static async Task<bool> AnswersAsync(Uri endpoint, CancellationToken cancel)
    {
        try
        {
            var query = new Uri(endpoint, "/?query=SELECT%201");
            string answer = await Http.GetStringAsync(query, cancel).ConfigureAwait(false);
            return answer.Trim() == "1";
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_tail)
        {
            if (_tail.Count == TailLines)
                _tail.Dequeue();
            _tail.Enqueue(line);
        }
    }
}
