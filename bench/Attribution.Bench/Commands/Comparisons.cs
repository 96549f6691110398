using Attribution.Bench.Compare;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Commands;

/// <summary>
/// What <c>compare</c> and <c>scale</c> have in common: servers started, measured in turn, told of and ended.
/// Stateless.
/// </summary>
internal static class Comparisons
{
    public static async Task<CompareResult> RunAsync(
        IEnumerable<ServerPlan> plans, CompareSettings settings, string engineOptions,
        CancellationToken cancel)
    {
        var servers = new List<MeasuredServer>();
        try
        {
            foreach (ServerPlan plan in plans)
            {
                Console.WriteLine($"starting {plan.Name}");
                servers.Add(await MeasuredServer.StartAsync(plan, cancel));
            }

            IReadOnlyList<CompareWindow> windows = await new CompareRun(settings, servers).RunAsync(
                Console.WriteLine, window => Console.WriteLine(CompareTable.Line(window)), cancel);
            CompareResult result = CompareResult.Of(engineOptions, windows);
            CompareTable.Write(result);
            return result;
        }
        finally
        {
            foreach (MeasuredServer server in servers)
                await server.DisposeAsync();
        }
    }
}
