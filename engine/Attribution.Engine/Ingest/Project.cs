using System.Text;
using Attribution.Model.Events;

namespace Attribution.Engine.Ingest;

/// <summary>A project that events belong to. Immutable; shared by all requests.</summary>
public sealed class Project
{
    /// <summary>Longest name; it is kept with every event.</summary>
    public const int MaxNameBytes = 64;

    public Project(string name)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        if (utf8.Length is 0 or > MaxNameBytes)
            throw new ArgumentException($"A project's name has 1 to {MaxNameBytes} bytes.", nameof(name));

        Name = name;
        NameUtf8 = utf8;
        Hash = EventHash.Project(utf8);
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> NameUtf8 { get; }

    /// <summary>By <see cref="EventHash.Project"/>.</summary>
    public ulong Hash { get; }
}

/// <summary>What a key opens. A plain value.</summary>
public enum ProjectAccess
{
    Granted,

    /// <summary>No key was sent and no project is open: 401.</summary>
    KeyMissing,

    /// <summary>The key opens nothing: 403.</summary>
    KeyRefused,

    /// <summary>The project's quota is used up: 429.</summary>
    OverQuota,
}

/// <summary>Finds the project of a request by its key. Called by all requests at once.</summary>
public interface IProjectResolver
{
    /// <param name="key">As sent; empty when none was sent.</param>
    /// <param name="project">Not null when access is granted.</param>
    ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project);
}

/// <summary>One project that is open to every key and to none. Immutable.</summary>
public sealed class OpenProjectResolver(Project open) : IProjectResolver
{
    public OpenProjectResolver() : this(new Project("default"))
    {
    }

    public ProjectAccess Resolve(ReadOnlySpan<char> key, out Project? project)
    {
        project = open;
        return ProjectAccess.Granted;
    }
}
