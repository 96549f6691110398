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
    private readonly Random _random;
    private long _callsToCrash = long.MaxValue;
    private int _callsToRefuse;

    public SimulatedDisk(Random random)
    {
        _random = random;
        Files = new FaultyFileSystem(random) { OnCall = OnCall };
    }

    public FaultyFileSystem Files { get; }

    /// <summary>True from the call that killed the engine on: every later one throws as well.</summary>
    public bool HasCrashed { get; private set; }

    public Action<string> Trace { get; set; } = static _ => { };

    /// <summary>The engine dies at one of the next calls.</summary>
    public void CrashWithin(int calls) => _callsToCrash = _random.Next(1, calls + 1);

    /// <summary>About half of the next calls are refused, until so many have been.</summary>
    public void Refuse(int calls) => _callsToRefuse = calls;

    /// <summary>The engine has been started again, or the disk mended.</summary>
    public void Heal()
    {
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

        // What cannot be read is lost whatever the engine does; the journal's own tests judge that.
        if (_callsToRefuse == 0 || call == FileCall.Read || _random.Next(2) == 0)
            return;
        _callsToRefuse--;
        Trace($"disk: {call} {name} refused");
        throw new IOException(_random.Next(2) == 0 ? "no space left on device" : "input/output error");
    }
}
