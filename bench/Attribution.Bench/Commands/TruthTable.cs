using Attribution.Simulator.Truths;
using Spectre.Console;

namespace Attribution.Bench.Commands;

/// <summary>
/// Prints what is true of a simulated world, to be laid beside what the reporter says. Stateless.
/// </summary>
internal static class TruthTable
{
    public static void Write(Truth truth)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"Truth: {truth.Events:N0} distinct events of {truth.Persons:N0} persons, "
            + $"{truth.Delivered:N0} sent ({truth.Duplicates:N0} twice, {truth.Late:N0} late, "
            + $"{truth.Skewed:N0} by a wrong clock)");
        Console.WriteLine($"Conversions: {truth.Conversions:N0} ({Counts(truth.ConversionsByType)}), "
            + $"{truth.OrganicConversions:N0} without any touch's help");
        Console.WriteLine($"Revenue of conversions: {Money(truth.ConversionRevenueTenThousandths)}");
        Console.WriteLine($"Revenue less refunds: {Money(truth.RevenueTenThousandths)}");
        Console.WriteLine();
        WriteChannels(truth);
        Console.WriteLine(
            "Compare: dotnet run -c Release --project reporter/Attribution.Reporter -- channels");
        Console.WriteLine(
            "Credit is what a model assigns; incremental is what switching the channel off would cost.");
    }

    private static void WriteChannels(Truth truth)
    {
        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.None : TableBorder.Simple };
        table.AddColumn("Channel");
        foreach (string title in (string[])["Touches", "Incremental conversions", "Expected"])
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (ChannelTruth channel in truth.ByChannel.OrderByDescending(c => c.Conversions))
        {
            table.AddRow(
                channel.Channel,
                $"{channel.Touches:N0}",
                $"{channel.Conversions:N0}",
                $"{channel.ExpectedConversions:N1}");
        }

        AnsiConsole.Write(table);
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts) =>
        string.Join(", ", counts.Select(c => $"{c.Key} {c.Value:N0}"));

    private static string Money(IReadOnlyDictionary<string, long> sums) =>
        string.Join(", ", sums.Select(s => $"{s.Key} {s.Value / 10_000m:N4}"));
}
