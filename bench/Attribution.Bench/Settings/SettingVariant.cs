using System.Text.Json.Nodes;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Settings;

/// <summary>
/// The same engine with one setting changed: a variable, a property of its runtime configuration, or an
/// option. Immutable.
/// </summary>
/// <param name="Name">As <c>--variant</c> takes it.</param>
/// <param name="Kind">Which of the three.</param>
/// <param name="Values">Names and values, as <c>A=1 B=2</c>.</param>
internal sealed record SettingVariant(string Name, SettingKind Kind, string Values)
{
    private const string NoPauseAdaption = "DOTNET_gcServer=1 DOTNET_GCDynamicAdaptationMode=0";

    public static readonly SettingVariant Standard = new("standard", SettingKind.Option, "");

    public static readonly IReadOnlyList<SettingVariant> All =
    [
        new("same", SettingKind.Option, ""),
        new("server-gc", SettingKind.Variable, "DOTNET_gcServer=1"),
        new("server-gc-no-datas", SettingKind.Variable, NoPauseAdaption),
        new("no-concurrent-gc", SettingKind.Variable, "DOTNET_gcConcurrent=0"),
        new("gen0-64-mib", SettingKind.Variable, "DOTNET_GCgen0size=0x4000000"),
        new("no-pgo", SettingKind.Variable, "DOTNET_TieredPGO=0"),
        new("no-tiers", SettingKind.Variable, "DOTNET_TieredCompilation=0"),
        new("no-ready-to-run", SettingKind.Variable, "DOTNET_ReadyToRun=0"),
        new("inline-completions", SettingKind.Variable, "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1"),
        new("one-socket-thread", SettingKind.Variable, "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT=1"),
        new("pool-spins", SettingKind.Variable, "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=46"),
        new("inline-scheduling", SettingKind.Property, "Attribution.InlineScheduling=true"),
        new("one-io-queue", SettingKind.Property, "Attribution.IoQueues=1"),
        new("no-io-queue", SettingKind.Property, "Attribution.IoQueues=0"),
        new("buffer-before-data", SettingKind.Property, "Attribution.WaitForData=false"),
        new("ring-blocks", SettingKind.Property, "Attribution.RingWait=block"),
        new("ring-yields", SettingKind.Property, "Attribution.RingWait=yield"),
        new("two-shards", SettingKind.Option, "--shards=2"),
    ];

    public ServerPlan Plan(string options)
    {
        string given = Kind == SettingKind.Option ? $"{options} {Values.Replace('=', ' ')}" : options;
        ServerPlan plan = ServerPlan.Engine(Name, library: null, given.Trim().Split(' '), cpus: null);
        if (Kind == SettingKind.Variable)
            return plan with { Variables = Pairs() };
        if (Kind != SettingKind.Property)
            return plan;

        // Beside the data folder, which the server makes and removes itself.
        string file = plan.Folder + ".runtimeconfig.json";
        string engine = plan.Arguments[0];
        WriteConfiguration(Path.ChangeExtension(engine, ".runtimeconfig.json"), file);
        return plan with { Arguments = ["exec", "--runtimeconfig", file, .. plan.Arguments] };
    }

    private Dictionary<string, string> Pairs() => Values.Split(' ')
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private void WriteConfiguration(string from, string to)
    {
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(from))!;
        JsonNode properties = configuration["runtimeOptions"]!["configProperties"]!;
        foreach ((string name, string value) in Pairs())
            properties[name] = value;
        File.WriteAllText(to, configuration.ToJsonString());
    }
}

/// <summary>What a variant changes.</summary>
internal enum SettingKind
{
    Option,
    Variable,
    Property,
}
