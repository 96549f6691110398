using System.Text.Json.Nodes;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Settings;

/// <summary>
/// The same engine with one setting changed: a variable, a property of its runtime configuration, or an
/// option; which one shows in how it is named. Immutable.
/// </summary>
/// <param name="Name">As <c>--variant</c> takes it.</param>
/// <param name="Values">Names and values, as <c>A=1 B=2</c>.</param>
internal sealed record SettingVariant(string Name, string Values)
{
    private const string Property = "Attribution.";
    private const string Option = "--";
    private const string NoPauseAdaption = "DOTNET_gcServer=1 DOTNET_GCDynamicAdaptationMode=0";

    public static readonly SettingVariant Standard = new("standard", "");

    public static readonly IReadOnlyList<SettingVariant> All =
    [
        new("same", ""),
        new("server-gc", "DOTNET_gcServer=1"),
        new("server-gc-no-datas", NoPauseAdaption),
        new("no-concurrent-gc", "DOTNET_gcConcurrent=0"),
        new("gen0-64-mib", "DOTNET_GCgen0size=0x4000000"),
        new("no-pgo", "DOTNET_TieredPGO=0"),
        new("no-tiers", "DOTNET_TieredCompilation=0"),
        new("no-ready-to-run", "DOTNET_ReadyToRun=0"),
        new("pool-spins", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=46"),
        new("kestrel-sockets", "Attribution.PollLoops=0"),
        new("two-loops", "Attribution.PollLoops=2"),
        new("stages-woken", "Attribution.StageWait=spin"),
        new("shared-pool", "Attribution.PinnedPool=0"),
        new("delay", "Attribution.NoDelay=0"),
        new("backlog-128", "Attribution.Backlog=128"),
        new("backlog-512", "Attribution.Backlog=512"),
        new("sockets-64-kib", "Attribution.SocketBufferBytes=65536"),
        new("sockets-1-mib", "Attribution.SocketBufferBytes=1048576"),
        new("turns-apart", "Attribution.TurnsTogether=0"),
        new("ring-blocks", "Attribution.RingWait=block"),
        new("ring-yields", "Attribution.RingWait=yield"),
        new("two-shards", "--shards=2"),
    ];

    public ServerPlan Plan(string options)
    {
        string[] pairs = Values.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] changed = [.. pairs.Where(pair => pair.StartsWith(Option, StringComparison.Ordinal))];
        ServerPlan plan = ServerPlan.Engine(
            Name, library: null, [.. options.Split(' '), .. changed.SelectMany(Both)], cpus: null);
        plan = plan with
        {
            Variables = pairs.Where(pair => pair.StartsWith("DOTNET_", StringComparison.Ordinal))
                .Select(Both).ToDictionary(both => both[0], both => both[1]),
        };
        string[] properties = [.. pairs.Where(pair => pair.StartsWith(Property, StringComparison.Ordinal))];
        if (properties.Length == 0)
            return plan;

        string file = ConfigurationOf(plan.Folder);
        WriteConfiguration(Path.ChangeExtension(plan.Arguments[0], ".runtimeconfig.json"), file, properties);
        return plan with { Arguments = ["exec", "--runtimeconfig", file, .. plan.Arguments] };
    }

    /// <summary>Beside the data folder, which the server makes and removes itself.</summary>
    public static string ConfigurationOf(string folder) => folder + ".runtimeconfig.json";

    private static string[] Both(string pair) => pair.Split('=', 2);

    private static void WriteConfiguration(string from, string to, string[] pairs)
    {
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(from))!;
        JsonNode properties = configuration["runtimeOptions"]!["configProperties"]!;
        foreach (string[] both in pairs.Select(Both))
            properties[both[0]] = both[1];
        File.WriteAllText(to, configuration.ToJsonString());
    }
}
