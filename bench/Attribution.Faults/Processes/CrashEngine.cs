using System.Globalization;
using System.Text.RegularExpressions;

namespace Attribution.Faults.Processes;

/// <summary>
/// One data folder with an engine on it that is killed and started again, over fixed ports. Owned by one run;
/// disposing ends the engine and every ClickHouse of the folder.
/// </summary>
/// <param name="dataFolder">May be empty, or what another engine left.</param>
/// <param name="arguments">Further options of the engine.</param>
/// <param name="patience">How long a start or a drain may take before it counts as failed.</param>
public sealed partial class CrashEngine(string dataFolder, string arguments, TimeSpan patience)
    : IAsyncDisposable
{
    private const int ShownOutput = 4_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan FirstGuess = TimeSpan.FromSeconds(1);

    private readonly List<CarriedOutStart> _starts = [];
    private EngineChild? _engine;
    private EngineGauges? _gauges;
    private bool _mayGiveUp;
    private bool _isCounted;

    public FixedPorts Ports { get; } = FixedPorts.Choose();

    public string DataFolder => dataFolder;

    public IReadOnlyList<CarriedOutStart> Starts => _starts;

    /// <summary>Starts that ended with a message after their ClickHouse had been killed.</summary>
    public int StartsGivenUp { get; private set; }

    /// <summary>How long the last start took; a guess before the first.</summary>
    public TimeSpan LastStart { get; private set; } = FirstGuess;

    private EngineChild Engine => _engine ??= NewEngine();

    private bool HasGivenUp => Engine.Exited.IsCompleted && !Engine.Whole.IsCompleted;

    /// <summary>Starts it where none runs; returns at once.</summary>
    public void Start() => _ = Engine;

    /// <summary>How long ago the engine that runs was started.</summary>
    public TimeSpan Age => Engine.Age;

    /// <exception cref="CrashException">It does not start, or ended on its own.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        while (!await Engine.WaitUntilReadyAsync(patience, cancel) || HasGivenUp)
        {
            if (!Engine.Exited.IsCompleted)
                throw Failure($"was not ready within {patience.TotalSeconds:0} s");
            await ReviveAsync();
        }

        if (Engine.ReadyAfter is { } took)
            LastStart = took;
        if (Engine.Exited.IsCompleted)
            throw Failure($"ended with code {Engine.ExitCode} under load");
        _mayGiveUp &= !Engine.Whole.IsCompleted;
    }

    /// <summary>The same, until attribution has its state too.</summary>
    /// <exception cref="CrashException">It does not start, or ended on its own.</exception>
    public async Task WaitUntilWholeAsync(CancellationToken cancel)
    {
        do
            await WaitUntilReadyAsync(cancel);
        while (!await Engine.WaitUntilWholeAsync(patience, cancel) && Engine.Exited.IsCompleted);
        if (!Engine.Whole.IsCompleted)
            throw Failure($"did not have its state within {patience.TotalSeconds:0} s");
    }

    /// <summary>
    /// Starts the next one where this one ended with a message, as it may when its ClickHouse was killed
    /// before attribution had its state.
    /// </summary>
    /// <exception cref="CrashException">Nothing explains that end.</exception>
    public async Task ReviveAsync()
    {
        if (!HasGivenUp)
            return;
        if (!_mayGiveUp)
            throw Failure($"ended with code {Engine.ExitCode} while starting");
        _mayGiveUp = false;
        StartsGivenUp++;
        await ReplaceAsync();
    }

    /// <summary>Waits until a metric is as wanted, for as long as is given.</summary>
    public async Task<bool> WaitForAsync(
        string metric, Func<double, bool> wanted, TimeSpan atMost, CancellationToken cancel)
    {
        _gauges ??= new EngineGauges(Ports.EngineUrl);
        long until = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (Environment.TickCount64 < until)
        {
            double? value = await _gauges.ReadAsync(metric, cancel);
            if (value is { } read && wanted(read))
                return true;
            await Task.Delay(PollInterval, cancel);
        }

        return false;
    }

    /// <returns>The sum over all labels; 0 where the engine does not answer.</returns>
    public async Task<double> ReadAsync(string metric, CancellationToken cancel)
    {
        _gauges ??= new EngineGauges(Ports.EngineUrl);
        return await _gauges.ReadAsync(metric, cancel) ?? 0;
    }

    /// <summary>
    /// Carries out one kill; where the engine was among its targets, the next one is started at once.
    /// </summary>
    public async Task KillAsync(PlannedKill kill)
    {
        if (kill.Target == KillTarget.ClickHouse)
        {
            _mayGiveUp = !Engine.Whole.IsCompleted;
            await KillClickHouseAsync();
            return;
        }

        bool both = kill.Target == KillTarget.Both;
        if (both && kill.ClickHouseFirst)
            ClickHouseChildren.Kill(dataFolder);
        Engine.Kill();
        if (both && !kill.ClickHouseFirst)
            ClickHouseChildren.Kill(dataFolder);
        await Engine.Exited;
        Count();
        await ReplaceAsync();
    }

    /// <summary>SIGTERM once ClickHouse holds everything; the engine must say so itself.</summary>
    /// <exception cref="CrashException">It does not drain.</exception>
    public async Task StopAsync(CancellationToken cancel)
    {
        await WaitUntilWholeAsync(cancel);
        // In this order: what has left the ring is with the sink, and what the sink has let go is durable.
        foreach (string metric in (string[])["attribution_ring_fill", "attribution_sink_lag_seconds"])
        {
            if (!await WaitForAsync(metric, value => value == 0, patience, cancel))
                throw Failure($"had {metric} above 0 for {patience.TotalSeconds:0} s");
        }

        Engine.Signal("TERM");
        await Task.WhenAny(Engine.Exited, Task.Delay(patience, cancel));
        if (!Engine.Exited.IsCompleted || Engine.ExitCode != 0)
            throw Failure("did not stop cleanly");
        if (!Engine.Output.Contains("all of it is in ClickHouse", StringComparison.Ordinal))
            throw Failure("left something to the journal");
        Count();
    }

    public async ValueTask DisposeAsync()
    {
        _gauges?.Dispose();
        if (_engine is not null)
            await _engine.DisposeAsync();
        await ClickHouseChildren.KillAllAsync(dataFolder);
    }

    private EngineChild NewEngine()
    {
        _isCounted = false;
        return new EngineChild($"--data \"{dataFolder}\" {arguments} {Ports.Arguments}");
    }

    /// <summary>It may not have come so far yet: its process then does not exist for some moments.</summary>
    private async Task KillClickHouseAsync()
    {
        long until = Environment.TickCount64 + (long)FirstGuess.TotalMilliseconds;
        while (ClickHouseChildren.Kill(dataFolder) == 0 && Environment.TickCount64 < until)
            await Task.Delay(PollInterval);
    }

    private async Task ReplaceAsync()
    {
        EngineChild ended = Engine;
        _engine = NewEngine();
        await ended.DisposeAsync();
    }

    private void Count()
    {
        if (_isCounted)
            return;
        _isCounted = true;
        Match replayed = Replayed().Match(Engine.Output);
        _starts.Add(new CarriedOutStart
        {
            ReadySeconds = Engine.ReadyAfter?.TotalSeconds,
            Replayed = replayed.Success ? Number(replayed.Groups[1].Value) : 0,
        });
    }

    private CrashException Failure(string what)
    {
        string output = Engine.Output;
        string end = output[Math.Max(0, output.Length - ShownOutput)..];
        return new CrashException($"The engine {what}. It said:\n{end}");
    }

    private static long Number(string text) =>
        long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"links, ([\d,]+) replayed")]
    private static partial Regex Replayed();
}
