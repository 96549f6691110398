using Attribution.Bench.Schema;
using Attribution.Simulator.Truths;

namespace Attribution.Bench.Truths;

/// <summary>
/// Credits beside truth as Markdown: conversions per channel and model, and two measures of a model's error.
/// Stateless.
/// </summary>
internal static class TruthReport
{
    public static void Write(TextWriter output, CreditTable credits, Truth truth)
    {
        string[] models = [.. credits.Models];
        ChannelTruth[] channels =
            [.. truth.ByChannel.OrderByDescending(channel => channel.ExpectedConversions)];
        output.WriteLine(
            $"""
            # Models beside the truth

            {ServerCpu.Model()}, {Environment.ProcessorCount} cores. Written by `bench truth`:
            {truth.Events:N0} simulated events of {truth.Persons:N0} persons, seed {truth.Options.Seed};
            {truth.Conversions:N0} conversions, {truth.OrganicConversions:N0} without any touch's help.

            The truth of a channel is its expected incremental conversions: what switching it off would
            cost, before chance. A model shares all conversions that had a touch, incremental or not, so
            every model credits more than the channels caused.

            ## Conversions by channel

            | Channel | truth | {string.Join(" | ", models)} |
            |---|---:|{string.Concat(Enumerable.Repeat("---:|", models.Length))}
            """);
        foreach (ChannelTruth channel in channels)
        {
            output.WriteLine(
                $"| {channel.Channel} | {channel.ExpectedConversions:N0} | "
                + string.Join(" | ", models.Select(model => $"{credits[model, channel.Channel]:N0}")) + " |");
        }

        WriteErrors(output, credits, channels, models);
    }

    private static void WriteErrors(
        TextWriter output, CreditTable credits, ChannelTruth[] channels, string[] models)
    {
        double caused = channels.Sum(channel => (double)channel.ExpectedConversions);
        output.WriteLine(
            """

            ## Error

            Misplaced share: half the sum over channels of |share of the model's credit - share of the
            truth|; 0 is right, 1 is all of it in the wrong place. Credit over truth: all credit that the
            model gives for each conversion that channels caused.

            | Model | misplaced share | credit over truth | worst channel |
            |---|---:|---:|---|
            """);
        var lines = new List<(double Misplaced, string Line)>();
        foreach (string model in models)
        {
            double[] shares = [.. channels.Select(channel => credits[model, channel.Channel])];
            double total = shares.Sum();
            double[] off =
            [
                .. channels.Select((c, i) => (shares[i] / total) - ((double)c.ExpectedConversions / caused)),
            ];
            int worst = Enumerable.Range(0, off.Length).MaxBy(i => Math.Abs(off[i]));
            double misplaced = off.Sum(Math.Abs) / 2;
            lines.Add((misplaced,
                $"| {model} | {misplaced:0.000} | {total / caused:0.00} "
                + $"| {channels[worst].Channel} ({off[worst] * 100:+0.0;-0.0} points) |"));
        }

        foreach ((_, string line) in lines.OrderBy(line => line.Misplaced))
            output.WriteLine(line);
    }
}
