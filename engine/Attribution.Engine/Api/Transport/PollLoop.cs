using System.Collections.Concurrent;
using Attribution.Ring;

namespace Attribution.Engine.Api.Transport;

/// <summary>
/// A thread that asks the kernel which of its connections can be read or written, and does on the spot what
/// follows. Connections are added from any thread and belong to the loop until it let go of them.
/// </summary>
/// <remarks>
/// Edge-triggered, so a connection is registered once and costs no further call: after a receive that did not
/// fill the buffer there is nothing more until the next event says so (epoll(7), questions and answers, 9).
/// </remarks>
internal sealed unsafe class PollLoop : TurnThread, IDisposable
{
    private const int MaxEntries = 256;
    private const long WakeKey = -1;

    private const uint Watched =
        Epoll.Readable | Epoll.Writable | Epoll.PeerClosed | Epoll.EdgeTriggered;

    private readonly int _epoll = Epoll.Create();
    private readonly int _wake = Epoll.CreateWake();
    private readonly Thread _thread;
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _posted = new();
    private readonly Lock _registering = new();
    private readonly Stack<int> _free = new();
    private readonly bool _turnsTogether = RuntimeSettings.TurnsTogether;

    /// <summary>The descriptor's number may be another file's once it is closed.</summary>
    private readonly Lock _waking = new();

    /// <summary>
    /// By their keys. One that has gone may get an event that was meant for its predecessor, which costs it
    /// a receive in vain.
    /// </summary>
    private PolledConnection?[] _connections = new PolledConnection?[64];
    private int _used;
    private int _isWoken;
    private bool _isClosed;
    private volatile bool _isStopping;

    public PollLoop(string name)
    {
        Epoll.Add(_epoll, _wake, Epoll.Readable, WakeKey);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>The most connections that it has had at one time.</summary>
    public int MostConnections => Volatile.Read(ref _used);

    /// <summary>Where received bytes stand until they are in their connection's pipe.</summary>
    public byte[] Received { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    public void Add(PolledConnection connection)
    {
        lock (_registering)
        {
            if (!_free.TryPop(out int key))
                key = _used++;
            if (key == _connections.Length)
                Array.Resize(ref _connections, 2 * key);
            Volatile.Write(ref _connections[key], connection);
            connection.Key = key;
        }

        try
        {
            Epoll.Add(_epoll, connection.Descriptor, Watched, connection.Key);
        }
        catch (IOException)
        {
            Remove(connection);
            throw;
        }
    }

    /// <summary>
    /// After its descriptor was closed, which ends its events, or where the kernel refused to watch it.
    /// </summary>
    public void Remove(PolledConnection connection)
    {
        lock (_registering)
        {
            _connections[connection.Key] = null;
            _free.Push(connection.Key);
        }
    }

    /// <inheritdoc/>
    public override void Post(IThreadPoolWorkItem item)
    {
        _posted.Enqueue(item);
        if (!IsCurrent && Interlocked.Exchange(ref _isWoken, 1) == 0)
            Wake();
    }

    /// <summary>
    /// After the last connection has gone. What is posted from then on, by somebody who was late, goes to the
    /// thread pool.
    /// </summary>
    public void Dispose()
    {
        _isStopping = true;
        Wake();
        _thread.Join();
        lock (_waking)
        {
            _isClosed = true;
            Epoll.Close(_wake);
        }

        Epoll.Close(_epoll);
        LeaveToPool();
    }

    private void Wake()
    {
        lock (_waking)
        {
            if (!_isClosed)
            {
                Epoll.Wake(_wake);
                return;
            }
        }

        LeaveToPool();
    }

    private void LeaveToPool()
    {
        Interlocked.Exchange(ref _isWoken, 0);
        while (_posted.TryDequeue(out IThreadPoolWorkItem? posted))
            ThreadPool.UnsafeQueueUserWorkItem(posted, preferLocal: false);
    }

    private void Run()
    {
        if (_turnsTogether)
            Current = this;
        byte* entries = stackalloc byte[MaxEntries * Epoll.EventBytes];
        while (!_isStopping)
            Turn(entries);
    }

    private void Turn(byte* entries)
    {
        int count = Epoll.Wait(_epoll, entries, MaxEntries);
        if (_turnsTogether)
            WakeHold.Begin();
        for (int i = 0; i < count; i++)
        {
            (uint events, long key) = Epoll.Entry(entries, i);
            if (key == WakeKey)
                Epoll.TakeWake(_wake);
            else
                Volatile.Read(ref _connections[key])?.OnReady(events);
        }

        // Before the queue is looked at: who posts from here on wakes the loop again.
        Interlocked.Exchange(ref _isWoken, 0);
        for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out var posted); left--)
            posted.Execute();
        WakeHold.End();
        if (!_posted.IsEmpty)
            Wake();
    }
}
