using System.Globalization;
using Attribution.Faults.Processes;

namespace Attribution.Bench.Servers;

/// <summary>
/// How a server of a comparison is started, each on ports and in a folder of its own. Immutable.
/// </summary>
internal sealed record ServerPlan
{
    private static readonly TimeSpan EnginePatience = TimeSpan.FromMinutes(5);

    public required string Name { get; init; }
    public required string Program { get; init; }
    public required IReadOnlyList<string> Arguments { get; init; }
    public required Uri Url { get; init; }
    public required string ReadyPath { get; init; }
    public required string Folder { get; init; }
    public Uri? ClickHouse { get; init; }

    /// <summary>Variables besides those of this process.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether that ClickHouse is started for it, beside it and not pinned.</summary>
    public bool EmbedsClickHouse { get; init; }

    /// <summary>
    /// Another process that serves the same address; its figures are counted with this one's.
    /// </summary>
    public ServerPlan? Companion { get; init; }

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <param name="name">What the figures call it.</param>
    /// <param name="library">The engine's dll; that beside this program where null.</param>
    /// <param name="options">Further options of the engine, in its own spelling.</param>
    /// <param name="cpus">The processors it may use, as <c>taskset</c> lists them; all where null.</param>
    public static ServerPlan Engine(string name, string? library, IEnumerable<string> options, string? cpus)
    {
        FixedPorts ports = FixedPorts.Choose();
        string folder = NewFolder();
        string engine = library ?? Path.Combine(AppContext.BaseDirectory, "Attribution.Engine.dll");
        return Pinned(cpus, new ServerPlan
        {
            Name = name,
            Program = "dotnet",
            Arguments = [engine, "--data", folder, .. ports.Arguments.Split(' '), .. options],
            Url = ports.EngineUrl,
            ClickHouse = ports.ClickHouseUrl,
            ReadyPath = "/readyz",
            Folder = folder,
            Patience = EnginePatience,
        });
    }

    /// <summary>The baseline with a ClickHouse that it inserts into, as the engine has one.</summary>
    public static ServerPlan StoringBaseline(string name, string? cpus)
    {
        ServerPlan plan = Baseline(cpus);
        Uri clickHouse = FixedPorts.Choose().ClickHouseUrl;
        return plan with
        {
            Name = name,
            ClickHouse = clickHouse,
            EmbedsClickHouse = true,
            Arguments = [.. plan.Arguments, "--store", clickHouse.ToString()],
        };
    }

    public static ServerPlan Baseline(string? cpus)
    {
        Uri url = FixedPorts.Choose().EngineUrl;
        string library = Path.Combine(AppContext.BaseDirectory, "Attribution.Baseline.dll");
        return Pinned(cpus, new ServerPlan
        {
            Name = "baseline",
            Program = "dotnet",
            Arguments = [library, "--urls", url.ToString()],
            Url = url,
            ReadyPath = "/healthz",
            Folder = NewFolder(),
        });
    }

    /// <returns>Null where nginx is not on this machine.</returns>
    public static ServerPlan? Nginx(string? cpus)
    {
        string? program = Find("nginx");
        if (program is null)
            return null;
        Uri url = FixedPorts.Choose().EngineUrl;
        string folder = NewFolder();
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 4096; }
            http {
                access_log off;
                keepalive_requests 1000000000;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                server { listen 127.0.0.1:{{url.Port}} backlog=1024; location / { return 204; } }
            }
            """));
        return Pinned(cpus, new ServerPlan
        {
            Name = "nginx",
            Program = program,
            Arguments = ["-p", folder, "-e", "stderr", "-c", file],
            Url = url,
            ReadyPath = "/",
            Folder = folder,
        });
    }

    /// <returns>The same server at another one's address, which both then share.</returns>
    public ServerPlan On(Uri url) => this with
    {
        Url = url,
        Arguments = [.. Arguments.Select(argument => argument == Url.ToString() ? url.ToString() : argument)],
    };

    private static ServerPlan Pinned(string? cpus, ServerPlan plan) => cpus is null
        ? plan
        : plan with { Program = "taskset", Arguments = ["-c", cpus, plan.Program, .. plan.Arguments] };

    private static string NewFolder() =>
        Path.Combine(Path.GetTempPath(), $"attribution-bench-{Guid.NewGuid():N}");

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
