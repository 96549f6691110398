using System.Text;
using System.Text.RegularExpressions;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// What a command writes on terminals of four widths and in colour, compared with one committed file.
/// Stateless.
/// </summary>
internal static partial class TerminalText
{
    private const int ColoredWidth = 120;

    private static readonly int[] Widths = [60, 80, 120, 200];

    /// <param name="name">Of the file, without its ending.</param>
    /// <param name="run">Asks; must be the same each time.</param>
    /// <param name="mask">Takes out what differs from run to run; null where nothing does.</param>
    public static async Task MatchesAsync(
        string name, Func<Terminal, Task<ReporterRun>> run, Func<string, string>? mask = null)
    {
        var all = new StringBuilder();
        foreach (int width in Widths)
        {
            ReporterRun plain = Masked(await run(new Terminal(width)), mask);
            ReporterRun styled = Masked(await run(new Terminal(width, HasColor: true)), mask);
            Assert.Equal(plain.Code, styled.Code);
            Assert.Equal(plain.Out, Style().Replace(styled.Out, ""));
            Assert.DoesNotContain('\e', plain.Out);
            Assert.All(plain.Out.Split('\n'), line => AssertFits(line, width));
            Append(all, $"{width} cells", plain);
            if (width == ColoredWidth)
                Append(all, $"{width} cells, coloured", styled);
        }

        ExpectedText.Matches(
            $"{name}.widths.txt", all.ToString().Replace("\e", "<ESC>", StringComparison.Ordinal));
    }

    private static ReporterRun Masked(ReporterRun run, Func<string, string>? mask) =>
        mask is null ? run : run with { Out = mask(run.Out), Error = mask(run.Error) };

    /// <summary>Only what must not be parted may be longer, as a hash.</summary>
    private static void AssertFits(string line, int width) => Assert.True(
        CellWidth.Of(line) <= width || !line.Contains(' ', StringComparison.Ordinal),
        $"wider than {width} cells: {line}");

    private static void Append(StringBuilder all, string title, ReporterRun run)
    {
        all.Append($"=== {title}\n{run.Out}");
        if (run.Error.Length > 0)
            all.Append($"--- notes\n{run.Error}");
    }

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Style();
}
