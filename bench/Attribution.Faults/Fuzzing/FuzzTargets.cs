using Attribution.Faults.Fuzzing.Targets;

namespace Attribution.Faults.Fuzzing;

/// <summary>All targets, by name. Stateless.</summary>
public static class FuzzTargets
{
    private static readonly Dictionary<string, Func<Task<FuzzTarget>>> All = new()
    {
        ["events"] = () => Task.FromResult<FuzzTarget>(new EventsTarget()),
        ["parser"] = () => Task.FromResult<FuzzTarget>(new ParserTarget()),
        ["body"] = () => Task.FromResult<FuzzTarget>(new BodyTarget()),
        ["journal"] = () => Task.FromResult<FuzzTarget>(new JournalTarget()),
        ["native"] = () => Task.FromResult<FuzzTarget>(new NativeTarget()),
        ["frames"] = () => Task.FromResult<FuzzTarget>(new FramesTarget()),
        ["types"] = () => Task.FromResult<FuzzTarget>(new TypesTarget()),
        ["key"] = () => Task.FromResult<FuzzTarget>(new KeyTarget()),
        ["config"] = () => Task.FromResult<FuzzTarget>(new ConfigTarget()),
        ["http"] = HttpTarget.CreateAsync,
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Task<FuzzTarget> CreateAsync(string name) =>
        All.TryGetValue(name, out Func<Task<FuzzTarget>>? create)
            ? create()
            : throw new ArgumentException(
                $"No target is named {name}; one of {string.Join(", ", Names)} was expected.");
}
