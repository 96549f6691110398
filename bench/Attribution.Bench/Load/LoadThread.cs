using System.Diagnostics;

namespace Attribution.Bench.Load;

/// <summary>How long to send, and how many requests per second; 0 is a closed loop. Immutable.</summary>
internal sealed record LoadPhase(TimeSpan Length, double RequestsPerSecond);

/// <summary>
/// Sends over connections of its own and takes their answers, on one thread that waits for all of them with
/// one system call. Its phases are run one after another; its counts may be read by any thread.
/// </summary>
internal sealed class LoadThread : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(50);
    private static readonly long SettleTicks = 60 * Stopwatch.Frequency;

    private readonly LoadConnection[] _connections;
    private readonly EventClock _clock;
    private readonly Poller _poller;
    private OpenLoopSchedule? _schedule;
    private int _nextConnection;
    private long _stopTicks;

    public LoadThread(LoadSettings settings, RequestBook book, int connections)
    {
        _connections = new LoadConnection[connections];
        for (int i = 0; i < connections; i++)
            _connections[i] = new LoadConnection(settings, book, Counts);
        _poller = new Poller(connections);
        _clock = settings.Clock;
    }

    public LoadCounts Counts { get; } = new();

    /// <summary>Requests that were due in the last phase; those answered in a closed loop.</summary>
    public long DueRequests { get; private set; }

    /// <summary>Processor time of all phases that are over.</summary>
    public TimeSpan Cpu { get; private set; }

    /// <summary>Bytes allocated in all phases that are over.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Sends until the phase is over, then takes the answers still due.</summary>
    public void Run(LoadPhase phase, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        _stopTicks = start + (long)(phase.Length.TotalSeconds * Stopwatch.Frequency);
        _schedule = phase.RequestsPerSecond > 0
            ? new OpenLoopSchedule(phase.RequestsPerSecond, start, Stopwatch.Frequency)
            : null;
        Counts.BeginPhase();
        (TimeSpan cpu, long allocated) = (ThreadClock.Now(), GC.GetAllocatedBytesForCurrentThread());
        while (!cancel.IsCancellationRequested && Turn())
        {
        }

        foreach (LoadConnection connection in _connections)
        {
            if (connection.InFlight > 0)
                connection.Break("No answer came in time.");
        }

        Cpu += ThreadClock.Now() - cpu;
        AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        DueRequests = _schedule?.DueBy(_stopTicks) ?? Counts.Latencies.Count;
    }

    public void Dispose()
    {
        foreach (LoadConnection connection in _connections)
            connection.Dispose();
    }

    /// <summary>
    /// One round: send what is due, wait, take what came. A method of its own, so that it is compiled again
    /// while a phase runs and not left as code replaced in the middle of a loop.
    /// </summary>
    /// <returns>False when the phase is over.</returns>
    private bool Turn()
    {
        long now = Stopwatch.GetTimestamp();
        if (now < _stopTicks)
            SendDue(now);
        bool isDone = now >= _stopTicks + SettleTicks;
        bool waitsForAnswers = false;
        for (int i = 0; i < _connections.Length; i++)
        {
            waitsForAnswers |= _connections[i].InFlight > 0;
            _poller.Set(i, _connections[i].Descriptor, _connections[i].WaitsToWrite);
        }

        if (isDone || (now >= _stopTicks && !waitsForAnswers))
            return false;
        _poller.Wait(TimeToNext());
        TakeReady();
        return true;
    }

    private void TakeReady()
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            if (_poller.IsWritable(i) && _connections[i].WaitsToWrite)
                _connections[i].Flush();
            if (!_poller.IsReadable(i))
                continue;
            _connections[i].Receive();

            // In a closed loop the next request follows at once: the server need not wait for the others.
            long now = Stopwatch.GetTimestamp();
            if (_schedule is null && now < _stopTicks)
                SendOn(_connections[i], now);
        }
    }

    private void SendDue(long now)
    {
        if (_schedule is null)
        {
            foreach (LoadConnection connection in _connections)
                SendOn(connection, now);
            return;
        }

        long due = _schedule.DueBy(now) - _schedule.Taken;
        for (int tried = 0; due > 0 && tried < _connections.Length; tried++)
        {
            LoadConnection connection = _connections[_nextConnection];
            _nextConnection = (_nextConnection + 1) % _connections.Length;
            int room = (int)Math.Min(Math.Min(due, DueShare(due)), connection.Room(now));
            if (room == 0)
                continue;
            connection.Send(room, EventMillis(), _schedule);
            due -= room;
        }
    }

    /// <summary>What is due at once is spread over the connections, as its senders would be.</summary>
    private long DueShare(long due) => (due + _connections.Length - 1) / _connections.Length;

    private void SendOn(LoadConnection connection, long now)
    {
        int room = connection.Room(now);
        if (room > 0)
            connection.Send(room, EventMillis(), schedule: null);
    }

    private TimeSpan TimeToNext()
    {
        if (_schedule is null)
            return MaxWait;
        long now = Stopwatch.GetTimestamp();
        long next = Math.Min(_schedule.NextTicks, _stopTicks);
        if (next > now)
            return Min(Stopwatch.GetElapsedTime(now, next), MaxWait);

        // Late: only an answer, or the end of a pause, makes room.
        foreach (LoadConnection connection in _connections)
        {
            if (now < _stopTicks && connection.Room(now) > 0)
                return TimeSpan.Zero;
        }

        return MaxWait;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private long EventMillis() => _clock.At(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
}
