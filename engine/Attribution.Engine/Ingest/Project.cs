using System.Text;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>
/// A project that events belong to, as one key opens it. Immutable but for its counts; shared by all
/// requests.
/// </summary>
public sealed class Project
{
    /// <summary>Longest name; it is kept with every event.</summary>
    public const int MaxNameBytes = 64;

    /// <param name="name">1 to <see cref="MaxNameBytes"/> bytes of UTF-8.</param>
    /// <param name="quota">Of the key; null where nothing limits it.</param>
    /// <param name="counts">The project's, which its keys share.</param>
    public Project(string name, EventQuota? quota = null, ProjectCounts? counts = null)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        if (utf8.Length is 0 or > MaxNameBytes)
            throw new ArgumentException($"A project's name has 1 to {MaxNameBytes} bytes.", nameof(name));

        Name = name;
        NameUtf8 = utf8;
        Hash = EventHash.Project(utf8);
        Quota = quota;
        Counts = counts ?? new ProjectCounts();
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> NameUtf8 { get; }

    /// <summary>By <see cref="EventHash.Project"/>.</summary>
    public ulong Hash { get; }

    public EventQuota? Quota { get; }

    public ProjectCounts Counts { get; }
}

/// <summary>What a key opens. A plain value.</summary>
public enum ProjectAccess
{
    Granted,

    /// <summary>No key was sent and no project is open: 401.</summary>
    KeyMissing,

    /// <summary>The key opens nothing: 403.</summary>
    KeyRefused,
}

/// <summary>Finds the project of a request by its key. Called by all requests at once.</summary>
public interface IProjectResolver
{
    /// <summary>
    /// While this is the same object, which is read before a key is resolved, the key resolves to the same;
    /// null where that cannot be said.
    /// </summary>
    object? Version => null;

    /// <param name="key">As sent; empty when none was sent.</param>
    /// <param name="project">Not null when access is granted.</param>
    ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project);

    /// <summary>
    /// Whether a key shows what the engine counts and why it is not ready, which is about all projects.
    /// </summary>
    /// <param name="key">As sent; empty when none was sent.</param>
    ProjectAccess ResolveInside(ReadOnlySpan<char> key);
}

/// <summary>One project that is open to every key and to none. Immutable.</summary>
public sealed class OpenProjectResolver(Project open) : IProjectResolver
{
    public OpenProjectResolver() : this(new Project("default"))
    {
    }

    public object? Version => this;

    public ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project)
    {
        project = open;
        return ProjectAccess.Granted;
    }

    public ProjectAccess ResolveInside(ReadOnlySpan<char> key) => ProjectAccess.Granted;
}
