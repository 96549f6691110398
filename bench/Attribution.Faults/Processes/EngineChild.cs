using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Attribution.Faults.Processes;

/// <summary>
/// The engine as a process of its own, as a user starts it: its output, its readiness, signals to it. Owned
/// by whoever started it; disposing kills the process, whose ClickHouse then ends by itself.
/// </summary>
public sealed partial class EngineChild : IAsyncDisposable
{
    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _waitsForState;

    /// <summary>Starts the engine that was built beside this program.</summary>
    /// <param name="arguments">Its command line, in the shell's manner.</param>
    /// <param name="library">Another build's Attribution.Engine.dll instead.</param>
    public EngineChild(string arguments, string? library = null)
    {
        string engine = library ?? Path.Combine(AppContext.BaseDirectory, "Attribution.Engine.dll");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", $"\"{engine}\" {arguments}")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = _process.WaitForExitAsync();
    }

    public int Id => _process.Id;

    /// <summary>Since it was started.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>From its start until it was ready; null while it is not.</summary>
    public TimeSpan? ReadyAfter { get; private set; }

    /// <summary>From its start until attribution had its state; null while it has not.</summary>
    public TimeSpan? WholeAfter { get; private set; }

    /// <summary>
    /// Completes when the screen of a ready engine was printed; never where it ends before.
    /// </summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when attribution has its state, which may be after it is ready.</summary>
    public Task Whole => _whole.Task;

    public Task Exited { get; }

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it has written so far, errors included.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Where events go; known when it is ready.</summary>
    public Uri Url => new(EventsAddress().Match(Output).Groups[1].Value);

    /// <summary>The embedded ClickHouse; known when it is ready.</summary>
    public Uri ClickHouse => new(ClickHouseAddress().Match(Output).Groups[1].Value);

    /// <summary>Waits until it is ready, has ended, or the time is over.</summary>
    /// <returns>True when it is ready.</returns>
    public async Task<bool> WaitUntilReadyAsync(TimeSpan patience, CancellationToken cancel)
    {
        await Task.WhenAny(Ready, Exited, Task.Delay(patience, cancel)).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return Ready.IsCompleted;
    }

    /// <summary>The same for the state of attribution.</summary>
    public async Task<bool> WaitUntilWholeAsync(TimeSpan patience, CancellationToken cancel)
    {
        await Task.WhenAny(Whole, Exited, Task.Delay(patience, cancel)).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return Whole.IsCompleted;
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    /// <summary>Sends a signal by its name, such as TERM.</summary>
    public void Signal(string signal) => Signals.Send(signal, _process.Id);

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exited.ConfigureAwait(false);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
        if (line is null)
            return;
        _waitsForState |= line.StartsWith("  recovered   not yet", StringComparison.Ordinal);
        if (line.Contains("Ctrl-C drains", StringComparison.Ordinal))
        {
            ReadyAfter = Age;
            _ready.TrySetResult();
        }

        if (_ready.Task.IsCompleted
            && (!_waitsForState || line.StartsWith("  state  ", StringComparison.Ordinal)))
        {
            WholeAfter ??= Age;
            _whole.TrySetResult();
        }
    }

    [GeneratedRegex(@"POST (http://\S+/)v1/events")]
    private static partial Regex EventsAddress();

    [GeneratedRegex(@"embedded [\d.]+, (http://[^,]+)")]
    private static partial Regex ClickHouseAddress();
}
