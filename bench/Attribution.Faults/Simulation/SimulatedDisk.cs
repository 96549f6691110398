using System.Diagnostics.CodeAnalysis;
using Attribution.Engine.Journal;
using Attribution.Faults.Files;

namespace Attribution.Faults.Simulation;

/// <summary>Ends an engine in the middle of a call to the disk. Never caught by the engine.</summary>
public sealed class CrashException : Exception
{
    public CrashException()
    {
    }

    public CrashException(string message)
        : base(message)
    {
    }

    public CrashException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// The disk of a run: a <see cref="FaultyFileSystem"/> that refuses calls for a while, and at which the
/// engine may die in the middle of any call. Used by one thread.
/// </summary>
internal sealed class SimulatedDisk
{
    private const string SpillName = "spill";

    private readonly Random _random;
    private long _callsToCrash = long.MaxValue;
    private int _callsToRefuse;
    private readonly HashSet<string> _opened = [];

    public SimulatedDisk(Random random)
    {
        _random = random;
        Files = new FaultyFileSystem(random) { OnCall = OnCall };
    }

    public FaultyFileSystem Files { get; }

    /// <summary>The folder for blocks that ClickHouse does not take.</summary>
    public IJournalFileSystem Spill => Files.Folder(SpillName);

    /// <summary>Spilled blocks that were read once more, since ClickHouse refused their rows.</summary>
    public int SpillsReadTwice { get; private set; }

    /// <summary>True from the call that killed the engine on: every later one throws as well.</summary>
    public bool HasCrashed { get; private set; }

    public Action<string> Trace { get; set; } = static _ => { };

    /// <summary>The engine dies at one of the next calls.</summary>
    public void CrashWithin(int calls) => _callsToCrash = _random.Next(1, calls + 1);

    /// <summary>The engine dies now, in the middle of whatever it does.</summary>
    /// <exception cref="CrashException">Always.</exception>
    [DoesNotReturn]
    public void Crash(string why)
    {
        HasCrashed = true;
        throw new CrashException(why);
    }

    /// <summary>About half of the next calls are refused, until so many have been.</summary>
    public void Refuse(int calls) => _callsToRefuse = calls;

    /// <summary>The engine has been started again, or the disk mended.</summary>
    public void Heal()
    {
        _opened.Clear();
        HasCrashed = false;
        _callsToCrash = long.MaxValue;
        _callsToRefuse = 0;
    }

    public void LosePower()
    {
        Files.OnCall = static (_, _) => { };
        Files.LosePower();
        Files.OnCall = OnCall;
    }

    private void OnCall(FileCall call, string name)
    {
        if (HasCrashed || --_callsToCrash <= 0)
        {
            HasCrashed = true;
            throw new CrashException($"{call} {name}");
        }

        bool isSpill = name.StartsWith(SpillName, StringComparison.Ordinal);
        if (isSpill && call == FileCall.Open)
            OnSpillOpened(name);

        // What the journal cannot read is lost whatever the engine does; its own tests judge that.
        bool isRefused = call != FileCall.Read || isSpill;
        if (_callsToRefuse == 0 || !isRefused || _random.Next(2) == 0)
            return;
        _callsToRefuse--;
        Trace($"disk: {call} {name} refused");
        throw new IOException(_random.Next(2) == 0 ? "no space left on device" : "input/output error");
    }

    /// <summary>Names of spilled blocks are not used twice in one life.</summary>
    private void OnSpillOpened(string name)
    {
        SpillsReadTwice += _opened.Add(name) ? 0 : 1;
    }
}
