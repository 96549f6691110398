using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Attribution.Engine.Ingest;

namespace Attribution.Engine.Keys;

/// <summary>
/// Finds the project of a request by its key, and follows the file of keys while the engine runs. While no
/// key exists everything belongs to the project <c>default</c>. Called by all requests at once; owned by the
/// run.
/// </summary>
public sealed class ProjectKeys : IProjectResolver, IDisposable
{
    private const string OpenProject = "default";

    /// <summary>How soon a change of the file counts.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A file this young is read again: its time may be the same after a change right behind the first.
    /// </summary>
    private static readonly TimeSpan SureAge = TimeSpan.FromSeconds(3);

    private readonly KeyFile _file;
    private readonly int _eventsPerSecond;
    private readonly TimeProvider _clock;
    private readonly Action<string> _log;
    private readonly ConcurrentDictionary<string, ProjectCounts> _counts = new(StringComparer.Ordinal);
    private readonly Project _open;
    private readonly ITimer _polling;
    private KeySnapshot _snapshot;
    private (DateTime Modified, long Length) _stamp;
    private string _trouble = "";
    private int _isPolling;

    /// <param name="file">Need not exist.</param>
    /// <param name="eventsPerSecond">Of keys that say nothing themselves; 0 sets no limit.</param>
    /// <param name="clock">Of quotas, and of looking at the file once a second.</param>
    /// <param name="log">Told what went wrong with the file, one line each; called on any thread.</param>
    /// <exception cref="KeyFileException">The file is there and cannot be read.</exception>
    public ProjectKeys(KeyFile file, int eventsPerSecond, TimeProvider clock, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(clock);
        (_file, _eventsPerSecond, _clock, _log) = (file, eventsPerSecond, clock, log);
        _open = new Project(OpenProject, NewQuota(null), CountsOf(OpenProject));
        _stamp = file.Stamp;
        _snapshot = new KeySnapshot(file.Read(), NewProject);
        _polling = clock.CreateTimer(_ => Poll(), null, PollInterval, PollInterval);
    }

    /// <summary>The keys as they are known now, those revoked among them.</summary>
    public IReadOnlyList<ApiKey> Keys => Volatile.Read(ref _snapshot).Keys;

    /// <summary>Why the keys may be out of date, in plain ASCII words; empty where they are not.</summary>
    public string Trouble => Volatile.Read(ref _trouble);

    /// <inheritdoc/>
    public object? Version => Volatile.Read(ref _snapshot);

    /// <inheritdoc/>
    public ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project)
    {
        KeySnapshot keys = Volatile.Read(ref _snapshot);
        project = keys.IsOpen ? _open : keys.Find(key, KeyScopes.Ingest);
        return AccessOf(project is not null, key);
    }

    /// <inheritdoc/>
    public ProjectAccess ResolveInside(ReadOnlySpan<char> key)
    {
        KeySnapshot keys = Volatile.Read(ref _snapshot);
        return AccessOf(keys.IsOpen || keys.Find(key, KeyScopes.Admin) is not null, key);
    }

    /// <summary>Says what came in, by project, and whether the keys are up to date.</summary>
    public void AddTo(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        meter.CreateObservableCounter(
            "attribution.project.events", () => Measure(counts => counts.Events), null,
            "Events put into the ring, dead letters included, by project.");
        meter.CreateObservableCounter(
            "attribution.project.over_quota", () => Measure(counts => counts.OverQuota), null,
            "Events refused because their key had used up its events per second, by project.");
        meter.CreateObservableGauge(
            "attribution.keys.active", () => Keys.Count(key => key.IsActive), null,
            "Keys that open something.");
        meter.CreateObservableGauge(
            "attribution.keys.outdated", () => Trouble.Length > 0 ? 1 : 0, null,
            "1 while the file of keys cannot be read and its last good version counts.");
    }

    public void Dispose() => _polling.Dispose();

    /// <summary>Takes over a changed file; one that cannot be read leaves the keys as they are.</summary>
    internal void Poll()
    {
        if (Interlocked.Exchange(ref _isPolling, 1) != 0)
            return;
        try
        {
            (DateTime Modified, long Length) stamp = _file.Stamp;
            bool isSure = _clock.GetUtcNow().UtcDateTime - stamp.Modified > SureAge;
            if (stamp == _stamp && isSure)
                return;
            TakeOver(stamp);
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private void TakeOver((DateTime Modified, long Length) stamp)
    {
        try
        {
            IReadOnlyList<ApiKey> keys = _file.Read();
            // Without this a lost file would open the engine to everybody.
            if (keys.Count == 0 && Keys.Count > 0)
                throw new KeyFileException($"{_file.FullName} is gone or empty, and was not before.");
            if (!keys.SequenceEqual(Keys))
                Volatile.Write(ref _snapshot, new KeySnapshot(keys, NewProject));
            Volatile.Write(ref _trouble, "");
            _stamp = stamp;
        }
        catch (KeyFileException failure)
        {
            // Not again and again for the same file; the trouble stays to be seen.
            if (stamp != _stamp || Trouble.Length == 0)
                _log($"the keys known so far go on to count: {failure.Message}");
            Volatile.Write(ref _trouble, "the file of keys cannot be read, its last good version counts");
            _stamp = stamp;
        }
    }

    private static ProjectAccess AccessOf(bool isGranted, ReadOnlySpan<char> key)
    {
        if (isGranted)
            return ProjectAccess.Granted;
        return key.IsEmpty ? ProjectAccess.KeyMissing : ProjectAccess.KeyRefused;
    }

    /// <summary>A key that has not changed keeps its quota, used up or not.</summary>
    private Project NewProject(ApiKey key) =>
        _snapshot?.ProjectOf(key)
        ?? new Project(key.Project, NewQuota(key.EventsPerSecond), CountsOf(key.Project));

    private EventQuota? NewQuota(int? eventsPerSecond)
    {
        int rate = eventsPerSecond ?? _eventsPerSecond;
        return rate > 0 ? new EventQuota(rate, _clock) : null;
    }

    private ProjectCounts CountsOf(string project) => _counts.GetOrAdd(project, _ => new ProjectCounts());

    private IEnumerable<Measurement<long>> Measure(Func<ProjectCounts, long> count) =>
        from project in _counts
        let value = count(project.Value)
        where value > 0
        select new Measurement<long>(value, new KeyValuePair<string, object?>("project", project.Key));
}
