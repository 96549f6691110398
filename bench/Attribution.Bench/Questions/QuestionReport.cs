using Attribution.Bench.Load;

namespace Attribution.Bench.Questions;

/// <summary>The answers' costs as Markdown, and what they were measured on. Stateless.</summary>
internal static class QuestionReport
{
    private const double Million = 1e6;
    private const int MebibyteShift = 20;

    public static void Write(
        TextWriter output, IReadOnlyList<Answered> answers, long events, double start)
    {
        Machine machine = Machine.Current();
        output.WriteLine(
            $"""
            # The reporter's commands over {events / Million:0} M events

            {machine.Cpu}, {machine.Cores} cores, {machine.Kernel}; SDK {machine.Sdk}, {machine.Runtime};
            embedded ClickHouse; commit {machine.Commit}. Written by `bench questions`.

            Seconds of a command are those of its whole process, of which the start takes {start:0.00} s;
            plain SQL is asked over a connection that stands. First: the first time this command is asked, the
            files in the page cache; then: the fastest of the next.
            Ratio: command then / SQL then. Rows are those that ClickHouse read.

            """);
        List<string> places = [.. Question.All.Select(each => each.Name)];
        foreach (IGrouping<int, Answered> range in answers
            .GroupBy(each => each.Days).OrderBy(each => each.Key))
        {
            output.WriteLine($"## The last {range.Key} days\n");
            output.WriteLine(
                "| command | first, s | then, s | rows, M | peak, MiB | SQL first, s | SQL then, s | rows, M "
                + "| peak, MiB | ratio |");
            output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
            foreach (Answered each in range.OrderBy(each => places.IndexOf(each.Question)))
                output.WriteLine(
                    $"| `{each.Question}` | {Costs(each.Command)} | {Costs(each.Sql)} | {Ratio(each)} |");
            output.WriteLine();
        }
    }

    private static string Costs(Measured? measured) => measured is null
        ? "| | |"
        : $"{measured.First.Seconds:0.00} | {measured.Warm.Seconds:0.00} "
            + $"| {measured.Warm.Rows / Million:0.0} "
            + $"| {Math.Max(measured.First.PeakBytes, measured.Warm.PeakBytes) >> MebibyteShift:N0}";

    private static string Ratio(Answered each) =>
        each.Sql is null ? "" : $"{each.Command.Warm.Seconds / each.Sql.Warm.Seconds:0.00}";
}
