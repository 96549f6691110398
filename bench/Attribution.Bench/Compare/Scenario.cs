using Attribution.Bench.Load;

namespace Attribution.Bench.Compare;

/// <summary>One kind of traffic that servers are compared under. Immutable.</summary>
internal sealed record Scenario(string Name, int BatchEvents, int Connections, int Pipelined)
{
    public static readonly Scenario Batches = new("batches", 100, 8, 1);
    public static readonly Scenario Single = new("single", 1, 64, 1);
    public static readonly Scenario Pipelined16 = new("pipelined", 1, 8, 16);

    public static readonly IReadOnlyList<Scenario> All = [Batches, Single, Pipelined16];

    public LoadSettings SettingsFor(Uri server, EventClock clock) => new()
    {
        Engine = server,
        ClickHouse = server,
        Database = "attribution",
        Key = null,
        Seconds = 1,
        BatchEvents = BatchEvents,
        Connections = Connections,
        Pipelined = Pipelined,
        Rate = 0,
        Persons = 1_000_000,
        Clock = clock,
    };
}
