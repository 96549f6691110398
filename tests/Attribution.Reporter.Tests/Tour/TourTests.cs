using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Tour;

/// <summary><c>docs/reporter.md</c> prints what its commands print.</summary>
/// <remarks>
/// Each line of a block <c>console</c> that begins with <c>$ attribution</c> is run, one after the other,
/// over the shop; what it writes has to stand below it. <see cref="ExpectedText.CollectVariable"/> collects
/// the document as it would be right.
/// </remarks>
[Collection(ShopCollection.Name)]
public sealed class TourTests(ShopDatabase shop) : IDisposable
{
    private const string Begin = "```console";
    private const string End = "```";
    private const string Prompt = "$ attribution ";
    private const string AskCode = "; echo $?";
    private const int Cells = 100;
    private const int MinCommands = 15;

    // Names of files and folders that commands of the tour write.
    private static readonly string[] Written = ["report.html", "november"];

    private readonly List<string> _failures = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("attribution-tour-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tour_OfCommands_PrintsWhatStandsBelowThem()
    {
        string tour = await File.ReadAllTextAsync(Place());
        var actual = new StringBuilder();
        bool isBlock = false;
        int commands = 0;
        foreach (string line in tour.TrimEnd('\n').Split('\n'))
        {
            isBlock = isBlock ? line != End : line == Begin;
            bool isCommand = isBlock && line.StartsWith(Prompt, StringComparison.Ordinal);
            if (!isBlock || line == Begin || isCommand)
                actual.Append(line).Append('\n');
            if (!isCommand)
                continue;
            actual.Append(await AnswerAsync(line[Prompt.Length..]));
            commands++;
        }

        ExpectedText.Collect("reporter.md", actual.ToString());
        Assert.Equal([], _failures);
        Assert.Equal(tour, actual.ToString());
        Assert.True(commands >= MinCommands, $"The tour has only {commands} commands.");
        Assert.All(Written, name => Assert.True(Path.Exists(Path.Combine(_folder, name)), name));
    }

    private async Task<string> AnswerAsync(string command)
    {
        bool asksCode = command.EndsWith(AskCode, StringComparison.Ordinal);
        string[] args = [.. Words(asksCode ? command[..^AskCode.Length] : command).Select(word =>
            Written.Contains(word) ? Path.Combine(_folder, word) : word)];
        // As a terminal has them, in which data and notes come one below the other.
        using var seen = new StringWriter();
        using var console = new ReportConsole
        {
            Out = seen,
            Error = seen,
            IsTerminal = true,
            Width = Cells,
            Clock = new FixedClock(),
        };
        int code = await ReporterCommand.RunAsync(
            ReporterRun.At(shop.ClickHouse, shop.Name, args), console, CancellationToken.None);
        if (asksCode)
            seen.Write(string.Create(CultureInfo.InvariantCulture, $"{code}\n"));
        else if (code != ExitCode.Ok)
            _failures.Add($"{command}: {seen}");
        string[] lines = [.. seen.ToString().Replace(_folder + "/", "", StringComparison.Ordinal)
            .Split('\n').Select(line => line.TrimEnd())];
        return string.Join('\n', lines);
    }

    /// <summary>As a shell parts them, without its escapes.</summary>
    private static IEnumerable<string> Words(string command)
    {
        var word = new StringBuilder();
        char quote = '\0';
        foreach (char c in command)
        {
            if (quote == '\0' && c == ' ')
            {
                yield return word.ToString();
                word.Clear();
            }
            else if (c == quote || (quote == '\0' && c is '"' or '\''))
                quote = c == quote ? '\0' : c;
            else
                word.Append(c);
        }

        yield return word.ToString();
    }

    private static string Place([CallerFilePath] string file = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "reporter.md"));
}
