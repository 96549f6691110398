using System.Diagnostics;
using Attribution.ClickHouse.Embedded;

namespace Attribution.Testing;

/// <summary>
/// The one embedded ClickHouse of this test process, in a temporary folder, started by the first who needs
/// it. Lives until the process ends; thread-safe.
/// </summary>
internal static class SharedServer
{
    private const string FolderPrefix = "attribution-tests-";
    private static readonly TimeSpan YoungestAbandoned = TimeSpan.FromMinutes(1);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromMinutes(2),
    };

    private static readonly Lazy<Task<EmbeddedClickHouse>> Server = new(StartAsync);

    public static Task<EmbeddedClickHouse> GetAsync() => Server.Value;

    public static async Task<string> QueryAsync(Uri endpoint, string sql, CancellationToken cancel)
    {
        var target = new Uri(endpoint, "/?wait_end_of_query=1");
        using HttpResponseMessage answer = await Http.PostAsync(target, new StringContent(sql), cancel);
        string text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? text
            : throw new InvalidOperationException($"ClickHouse refused: {text.Trim()}\n{sql}");
    }

    private static async Task<EmbeddedClickHouse> StartAsync()
    {
        RemoveAbandoned();
        string folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Guid.NewGuid():N}");
        EmbeddedClickHouse server = await EmbeddedClickHouse.StartAsync(
            new EmbeddedOptions { DataFolder = folder, HttpPort = 0, TcpPort = 0, Log = Tell },
            CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // The runner gives a process about 100 ms to end, too little for a clean stop of data nobody
            // keeps.
            using Process child = Process.GetProcessById(server.ProcessId);
            child.Kill();
            child.WaitForExit();
            Directory.Delete(folder, recursive: true);
        };
        return server;
    }

    /// <summary>Should it die, tests fail with refused connections; the reason is here.</summary>
    private static void Tell(string line) => Console.Error.WriteLine($"tests' ClickHouse: {line}");

    /// <summary>
    /// A test process that was killed, or ended before all was deleted, leaves a folder that nobody holds.
    /// </summary>
    private static void RemoveAbandoned()
    {
        string temporary = Path.GetTempPath();
        foreach (string folder in Directory.EnumerateDirectories(temporary, FolderPrefix + "*"))
        {
            try
            {
                // A folder this young may belong to a process that is about to lock it.
                if (DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) > YoungestAbandoned)
                    RemoveUnlessHeld(folder);
            }
            catch (IOException)
            {
                // Another test process is removing it at the same time.
            }
        }
    }

    private static void RemoveUnlessHeld(string folder)
    {
        string ofHolder = Path.Combine(folder, "clickhouse", "holder.lock");
        string ofHost = Path.Combine(folder, "clickhouse", "host.lock");
        if (!FolderLock.TryAcquire(ofHolder, "cleaning", out FolderLock? holder, out _))
            return;
        using (holder)
        {
            if (!FolderLock.TryAcquire(ofHost, "cleaning", out FolderLock? host, out _))
                return;
            using (host)
                Directory.Delete(folder, recursive: true);
        }
    }
}
