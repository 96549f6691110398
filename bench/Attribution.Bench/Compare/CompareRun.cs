using Attribution.Bench.Load;
using Attribution.Bench.Servers;

namespace Attribution.Bench.Compare;

/// <summary>What to compare, and for how long. Immutable.</summary>
internal sealed record CompareSettings(
    IReadOnlyList<Scenario> Scenarios, int Rounds, TimeSpan Window, TimeSpan WarmUp);

/// <summary>
/// Compares servers that run side by side, one of them under load at a time, in rounds that each begin with
/// another one: what the machine does meanwhile meets all of them. Owned by its command.
/// </summary>
internal sealed class CompareRun(CompareSettings settings, IReadOnlyList<MeasuredServer> servers)
{
    /// <summary>What a server needs to come to rest after its window, more or less.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(4);

    /// <summary>Of all windows, with the rests between them.</summary>
    private TimeSpan Length => settings.Scenarios.Count * servers.Count
        * (settings.WarmUp + Rest + (settings.Rounds * (settings.Window + Rest)));

    public async Task<IReadOnlyList<CompareWindow>> RunAsync(
        Action<string> stage, Action<CompareWindow> finished, CancellationToken cancel)
    {
        EventClock clock = EventClock.Over(Length, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var windows = new List<CompareWindow>();
        foreach (Scenario scenario in settings.Scenarios)
        {
            foreach (MeasuredServer server in servers)
            {
                stage($"warming up {server.Name} ({scenario.Name})");
                await CompareWindow.MeasureAsync(server, scenario, (0, settings.WarmUp, clock), cancel);
            }

            for (int round = 1; round <= settings.Rounds; round++)
            {
                for (int turn = 0; turn < servers.Count; turn++)
                {
                    MeasuredServer server = servers[(round + turn) % servers.Count];
                    stage($"{scenario.Name}, round {round} of {settings.Rounds}, {server.Name}");
                    CompareWindow window = await CompareWindow.MeasureAsync(
                        server, scenario, (round, settings.Window, clock), cancel);
                    windows.Add(window);
                    finished(window);
                }
            }
        }

        // The engine first, whichever began the first round.
        return [.. windows.OrderBy(window => Place(window.Server))];
    }

    private int Place(string server) => servers.Select(each => each.Name).ToList().IndexOf(server);
}
