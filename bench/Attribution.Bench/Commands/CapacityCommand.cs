using System.CommandLine;
using System.Globalization;

namespace Attribution.Bench.Commands;

/// <summary>
/// <c>capacity --engine-micros 1.1</c>: the table of docs/capacity.md from other costs and prices. Stateless.
/// </summary>
internal static class CapacityCommand
{
    private static readonly double[] Rates = [100_000, 1_000_000, 5_000_000, 10_000_000];

    private static readonly Option<double> Engine = Cost("--engine-micros", 6.2, "Engine CPU of an event.");

    private static readonly Option<double> ClickHouse =
        Cost("--clickhouse-micros", 8.9, "ClickHouse CPU of an event, merges included.");

    private static readonly Option<double> Utilization =
        Cost("--utilization", 0.6, "The part of a core that may be busy.");

    private static readonly Option<double> Price =
        Cost("--dollars-per-core-hour", 0.05, "What a virtual core costs.");

    private static readonly Option<double> Received =
        Cost("--received-bytes", 245, "Bytes of an event as received, headers included.");

    private static readonly Option<double> Journal =
        Cost("--journal-bytes", 307, "Bytes of an event in the journal.");

    private static readonly Option<double> Stored =
        Cost("--stored-bytes", 100, "Bytes of an event in ClickHouse, with what follows from it.");

    public static Command Create()
    {
        var command = new Command("capacity", "Machines and money for many events, from what one costs.")
        {
            Engine, ClickHouse, Utilization, Price, Received, Journal, Stored,
        };
        command.SetAction(parsed => Write(new Capacity
        {
            EngineMicros = parsed.GetValue(Engine),
            ClickHouseMicros = parsed.GetValue(ClickHouse),
            Utilization = parsed.GetValue(Utilization),
            DollarsPerCoreHour = parsed.GetValue(Price),
            ReceivedBytes = parsed.GetValue(Received),
            JournalBytes = parsed.GetValue(Journal),
            StoredBytes = parsed.GetValue(Stored),
        }));
        return command;
    }

    private static void Write(Capacity capacity)
    {
        Console.WriteLine(
            "| events/s | engine cores | ClickHouse cores | $ a month | received | journal | stored |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        foreach (double rate in Rates)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {rate:N0} | {capacity.EngineCores(rate):N1} | {capacity.ClickHouseCores(rate):N1} | "
                + $"{capacity.DollarsPerMonth(rate):N0} | {capacity.ReceivedGigabits(rate):0.0} Gbit/s | "
                + $"{capacity.JournalMegabytes(rate):N0} MB/s | "
                + $"{capacity.StoredTerabytesPerMonth(rate):N0} TB a month |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nA billion events: ${capacity.DollarsPerBillion():0.00} of processor time."));
    }

    private static Option<double> Cost(string name, double value, string description)
    {
        var option = new Option<double>(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<double>() <= 0)
                result.AddError($"{name} must be more than 0.");
        });
        return option;
    }
}
