using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Runs benchmarks without timing them and compares the bytes that they allocate with what
/// <c>bench/allocations.json</c> allows: bytes are the same on any machine, times are not. Stateless.
/// </summary>
internal static class AllocationGate
{
    private const int WarmUpRuns = 40;
    private const int MeasuredRuns = 8;
    private const string FileName = "allocations.json";

    /// <summary>Bytes per run that each benchmark may allocate, by class and method.</summary>
    public static IReadOnlyDictionary<string, long> Allowed() =>
        JsonSerializer.Deserialize<Dictionary<string, long>>(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, FileName)))!;

    /// <returns>Bytes that one run of the benchmark allocates on its thread, once it is warm.</returns>
    /// <exception cref="ArgumentException">There is no such benchmark.</exception>
    public static long Measure(string name)
    {
        string[] parts = name.Split('.');
        Type type = typeof(AllocationGate).Assembly.GetTypes().SingleOrDefault(each => each.Name == parts[0])
            ?? throw new ArgumentException($"There is no benchmark class {parts[0]}.", nameof(name));
        return Measure(type, parts[1]);
    }

    /// <inheritdoc cref="Measure(string)"/>
    public static long Measure(Type type, string name)
    {
        MethodInfo method = type.GetMethods()
            .SingleOrDefault(each => each.Name == name && Has<BenchmarkAttribute>(each))
            ?? throw new ArgumentException($"{type.Name} has no benchmark {name}.", nameof(name));
        object benchmark = Activator.CreateInstance(type)!;
        try
        {
            SetFirstParameters(benchmark);
            Call<GlobalSetupAttribute>(benchmark);
            return Least(benchmark, method);
        }
        finally
        {
            Call<GlobalCleanupAttribute>(benchmark);
        }
    }

    /// <summary>The least of several runs: the runtime itself allocates while it compiles anew.</summary>
    private static long Least(object benchmark, MethodInfo method)
    {
        Action run = RunOf(benchmark, method);
        for (int i = 0; i < WarmUpRuns; i++)
            run();
        long least = long.MaxValue;
        for (int i = 0; i < MeasuredRuns; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>A typed call: one by reflection would box the result.</summary>
    private static Action RunOf(object benchmark, MethodInfo method)
    {
        if (method.ReturnType == typeof(void))
            return method.CreateDelegate<Action>(benchmark);
        return (Action)typeof(AllocationGate)
            .GetMethod(nameof(Discarding), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(method.ReturnType)
            .Invoke(null, [benchmark, method])!;
    }

    private static Action Discarding<T>(object benchmark, MethodInfo method)
    {
        Func<T> run = method.CreateDelegate<Func<T>>(benchmark);
        return () => run();
    }

    private static void SetFirstParameters(object benchmark)
    {
        foreach (PropertyInfo property in benchmark.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<ParamsAttribute>() is { } parameters)
                property.SetValue(benchmark, parameters.Values[0]);
            if (property.GetCustomAttribute<ParamsSourceAttribute>() is { } source)
                property.SetValue(benchmark, First(benchmark, source.Name));
        }
    }

    private static object? First(object benchmark, string source)
    {
        Type type = benchmark.GetType();
        object? values = type.GetProperty(source)?.GetValue(benchmark)
            ?? type.GetMethod(source)?.Invoke(benchmark, null);
        return ((System.Collections.IEnumerable)values!).Cast<object>().First();
    }

    private static void Call<TAttribute>(object benchmark)
        where TAttribute : Attribute
    {
        foreach (MethodInfo method in benchmark.GetType().GetMethods().Where(Has<TAttribute>))
            method.Invoke(benchmark, null);
    }

    private static bool Has<TAttribute>(MethodInfo method)
        where TAttribute : Attribute => method.GetCustomAttribute<TAttribute>() is not null;
}
