using System.Globalization;
using Attribution.Bench.Load;

namespace Attribution.Bench.Commands;

/// <summary>A load's result as lines of a terminal. Stateless.</summary>
internal static class LoadTable
{
    public static void Write(LoadResult result)
    {
        if (result.Steps.Count == 1)
            WriteOne(result, result.Steps[0]);
        else
            WriteSteps(result);
        if (result.Visible is { } visible)
        {
            Console.WriteLine(
                $"visible     p50 {visible.P50Millis:0} ms, p99 {visible.P99Millis:0} ms, "
                + $"p99.9 {visible.P999Millis:0} ms, max {visible.MaxMillis:0} ms after the answer, "
                + $"under load; {visible.Samples} samples, "
                + $"{visible.NeverVisible} never");
        }

        if (result.FirstError.Length > 0)
            Console.Error.WriteLine($"errors      {result.Errors:N0}; the first: {result.FirstError}");
    }

    private static void WriteOne(LoadResult result, LoadStep step)
    {
        LoadCosts costs = step.Costs;
        string rate = step.Rate > 0
            ? $"open loop at {step.Rate:N0}/s, {step.AnsweredShare:P1} of it answered"
            : "closed loop";
        Console.WriteLine(
            $"events      {step.Events:N0} in {step.Seconds:0.0} s: {step.EventsPerSecond:N0}/s, "
            + $"{step.RequestsPerSecond:N0} requests/s, {rate}");
        Console.WriteLine(
            $"answers     p50 {step.AnswerP50Millis:0.00} ms, p90 {step.AnswerP90Millis:0.00} ms, "
            + $"p99 {step.AnswerP99Millis:0.00} ms, p99.9 {step.AnswerP999Millis:0.00} ms, "
            + $"max {step.AnswerMaxMillis:0.00} ms");
        Console.WriteLine(
            $"engine      {Figure(costs.EngineCpuMicrosPerEvent, "0.000")} µs CPU/event "
            + $"({Figure(costs.EngineKernelShare * 100, "0")} % kernel), "
            + $"{Figure(costs.EngineCpuMicrosPerEvent * result.BatchEvents, "0.0")} µs/request, "
            + $"{Figure(costs.EngineAllocatedBytesPerEvent, "0.00")} B allocated/event, collections "
            + $"{Figure(costs.Gen0Collections, "0")}/{Figure(costs.Gen1Collections, "0")}/"
            + $"{Figure(costs.Gen2Collections, "0")}");
        Console.WriteLine(
            $"journal     {Figure(costs.EventsPerJournalSync, "0")} events per sync, "
            + $"{Figure(costs.JournalBytesPerEvent, "0")} B/event");
        Console.WriteLine(
            $"rows        {Figure(costs.AttributionRowsPerEvent, "0.000")} of attributions per event; event "
            + $"time ran {result.EventTimeSpeed:0} times as fast as the clock");
        Console.WriteLine(
            $"generator   {costs.GeneratorCpuMicrosPerEvent:0.000} µs CPU/event, "
            + $"{costs.GeneratorCpuMicrosPerEvent * result.BatchEvents:0.00} µs/request, "
            + $"{costs.GeneratorAllocatedBytesPerEvent:0.00} B/event; stolen by other guests "
            + $"{Figure(costs.StolenShare * 100, "0.0")} %");
        Console.WriteLine(
            $"ClickHouse  at most {Count(step.Course.Select(second => second.LagEvents).Max())} events "
            + $"behind; all visible {Figure(result.LagAtEndSeconds, "0.00")} s after the last answer");
    }

    private static void WriteSteps(LoadResult result)
    {
        Console.WriteLine(
            $"{"rate/s",12} {"done/s",12} {"answered",9} {"p50 ms",8} {"p90 ms",8} {"p99 ms",8} "
            + $"{"p99.9 ms",9} {"max ms",8} {"CPU µs/ev",10} {"behind",10}");
        foreach (LoadStep step in result.Steps)
        {
            string rate = step.Rate == 0 ? "closed loop" : $"{step.Rate:N0}";
            Console.WriteLine(
                $"{rate,12} {step.EventsPerSecond,12:N0} {step.AnsweredShare,9:P1} "
                + $"{step.AnswerP50Millis,8:0.00} {step.AnswerP90Millis,8:0.00} "
                + $"{step.AnswerP99Millis,8:0.00} {step.AnswerP999Millis,9:0.00} "
                + $"{step.AnswerMaxMillis,8:0.0} "
                + $"{Figure(step.Costs.EngineCpuMicrosPerEvent, "0.000"),10} "
                + $"{Count(step.Course.Select(second => second.LagEvents).Max()),10}");
        }

        if (result.KneeEventsPerSecond is null)
            return;
        Console.WriteLine(
            $"knee        {result.KneeEventsPerSecond:N0} events/s: the highest rate of which 98 % was "
            + "answered, without an error and with p99 up to 200 ms");
    }

    private static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "?";

    private static string Figure(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "?";
}
