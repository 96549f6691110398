using System.Globalization;

namespace Attribution.Bench.Servers;

/// <summary>
/// Processor time of processes, in the program's own code and in the kernel, as Linux accounts for it in
/// steps of 10 ms. A value.
/// </summary>
internal readonly record struct ProcessCpu(TimeSpan User, TimeSpan Kernel)
{
    // Fixed by the kernel's user interface, whatever its own timer's rate.
    private const double TicksPerSecond = 100;
    private const int ParentField = 1;
    private const int UserField = 11;

    public TimeSpan Total => User + Kernel;

    public static ProcessCpu operator -(ProcessCpu after, ProcessCpu before) =>
        new(after.User - before.User, after.Kernel - before.Kernel);

    /// <summary>Of all these together; those that have ended count nothing.</summary>
    public static ProcessCpu Of(IEnumerable<int> processes)
    {
        var sum = new ProcessCpu(TimeSpan.Zero, TimeSpan.Zero);
        foreach (int process in processes)
        {
            if (Fields(process) is not { } fields)
                continue;
            sum = new ProcessCpu(
                sum.User + Ticks(fields[UserField]), sum.Kernel + Ticks(fields[UserField + 1]));
        }

        return sum;
    }

    /// <summary>The process and everything it has started, as it is now.</summary>
    public static int[] Tree(int root)
    {
        ILookup<int, int> children = (
            from folder in Directory.EnumerateDirectories("/proc")
            let id = int.TryParse(Path.GetFileName(folder), out int number) ? number : 0
            where id > 0
            let fields = Fields(id)
            where fields is not null
            select (id, parent: int.Parse(fields[ParentField], CultureInfo.InvariantCulture)))
            .ToLookup(each => each.parent, each => each.id);
        var tree = new List<int> { root };
        for (int at = 0; at < tree.Count; at++)
            tree.AddRange(children[tree[at]]);
        return [.. tree];
    }

    /// <summary>What stands after the name, which may hold anything; null where it has ended.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static TimeSpan Ticks(string text) =>
        TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture) / TicksPerSecond);
}
