using System.CommandLine.Parsing;
using System.Security.Cryptography;
using Attribution.Model.Fitting;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What <c>fit</c> prints, writes and refuses. It needs no server here.</summary>
/// <remarks>
/// The paths are those of a published example: removal effects 1/2, 1 and 1 (S. Bryl, 2016). The committed
/// files were checked against it by hand.
/// </remarks>
public sealed class FitCommandTests : IDisposable
{
    private const string Paths =
        "path,total_conversions,total_conversion_value,total_null\n"
        + "C1 > C2 > C3,1,10,0\nC1,0,0,1\nC2 > C3,0,0,1\n,0,0,2\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fit");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("fit.markov.table.txt", "markov", "--format", "table")]
    [InlineData("fit.markov.json", "markov", "--format", "json")]
    [InlineData("fit.transitions.tsv", "markov", "--order", "2", "--show", "transitions")]
    [InlineData("fit.shapley.csv", "shapley", "--format", "csv")]
    [InlineData("fit.rate.tsv", "shapley", "--value", "rate")]
    [InlineData("fit.positions.tsv", "shapley", "--value", "ordered", "--show", "positions")]
    [InlineData("fit.frequency.tsv", "markov", "--transform", "exposure,frequency")]
    public async Task Output_IsAsCommitted(string file, params string[] args)
    {
        ReporterRun run = await FitAsync(args);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out);
    }

    [Fact]
    public async Task Notes_SayHowItWasSolvedAndTheTable()
    {
        ReporterRun markov = await FitAsync("markov");
        ReporterRun shapley = await FitAsync("shapley");

        string[] notes = markov.Error.Split('\n');
        Assert.Equal(
            "note: 0 conversions and 2 nulls came without any channel; no channel is credited for them.",
            notes[0].TrimEnd());
        Assert.Matches(
            "^markov of order 1: 4 states solved exactly; of journeys 33.3333 % convert; took [0-9.]+ m?s",
            notes[1]);
        Assert.Matches("^table [0-9a-f]{64}", notes[2]);
        Assert.StartsWith("shapley simplified: 3 channels, exact; took", shapley.Error.Split('\n')[1],
            StringComparison.Ordinal);
    }

    /// <summary>The file is the canonical document, so any SHA-256 of it is the table's name.</summary>
    [Theory]
    [InlineData("markov", "--order", "2", "--transform", "first")]
    [InlineData("shapley", "--value", "simplified")]
    [InlineData("shapley", "--value", "ordered")]
    [InlineData("shapley", "--value", "rate")]
    public async Task Table_IsWrittenUnderTheHashThatIsNoted(params string[] args)
    {
        string file = Path.Combine(_folder.FullName, "table.json");

        ReporterRun run = await FitAsync([.. args, "-o", file]);

        byte[] written = await File.ReadAllBytesAsync(file);
        Assert.Equal(ExitCode.Ok, run.Code);
        string hash = Convert.ToHexStringLower(SHA256.HashData(written));
        Assert.Contains("table " + hash, run.Error, StringComparison.Ordinal);
        Assert.Equal(["C1", "C2", "C3"], FittedTable.Parse(written).Channels);
    }

    [Fact]
    public async Task ManyChannels_AreSampledAndSaySo()
    {
        string paths = "path\n" + string.Concat(Enumerable.Range(0, 16).Select(i => $"C{i:00}\n"));

        ReporterRun run = await RunAsync(paths, ["shapley", "--value", "rate"]);

        Assert.Matches("from 100000 permutations, within [1-9].[0-9]e-3 with 99 % confidence", run.Error);
    }

    [Fact]
    public async Task Limit_CutsTransitionsAndSaysSo()
    {
        ReporterRun run = await FitAsync("markov", "--show", "transitions", "--limit", "2");

        Assert.Equal(2, run.Cells().Length);
        Assert.Contains("note: 5 more rows; --limit 7 shows them.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OpensWithExamples_ThoseOfFilesRunWithoutAServer()
    {
        ReporterRun help = await ReporterRun.OfAsync("fit", "--help");

        string[] lines = help.Out.Split('\n');
        Assert.Equal("Examples:", lines[0].TrimEnd());
        string[] examples = [.. lines.Skip(1).TakeWhile(line => line.TrimEnd().Length > 0)];
        Assert.All(examples,
            line => Assert.StartsWith("  attribution fit", line, StringComparison.Ordinal));
        string[] ofFiles =
            [.. examples.Where(line => line.Contains("--paths", StringComparison.Ordinal))];
        Assert.Equal(2, ofFiles.Length);
        foreach (string line in ofFiles)
        {
            string[] arguments = [.. CommandLineParser.SplitCommandLine(line).Skip(1)
                .Select(argument => argument.EndsWith(".csv", StringComparison.Ordinal)
                    ? Written(Paths)
                    : argument.EndsWith(".json", StringComparison.Ordinal)
                        ? Path.Combine(_folder.FullName, argument)
                        : argument)];
            ReporterRun run = await ReporterRun.OfAsync(arguments);
            Assert.True(run.Code == ExitCode.Ok, $"{line}: {run.Error}");
        }
    }

    [Theory]
    [InlineData("'logit'", "fit", "logit")]
    [InlineData("--order: 5 is not from 1 to 4", "fit", "markov", "--order", "5")]
    [InlineData("--order is of markov", "fit", "shapley", "--order", "1")]
    [InlineData("--value is of shapley", "fit", "markov", "--value", "rate")]
    [InlineData("none of simplified, ordered, rate", "fit", "shapley", "--value", "best")]
    [InlineData("--transform: 'uniq' is none of none, unique", "fit", "markov", "--transform", "first,uniq")]
    [InlineData("--show transitions is of markov", "fit", "shapley", "--show", "transitions")]
    [InlineData("--show positions is of shapley", "fit", "markov", "--show", "positions")]
    [InlineData("--paths: Could not find file", "fit", "markov", "--paths", "/no-such-file.csv")]
    public async Task Arguments_ThatMakeNoSense_AreUsageErrors(string message, params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path,conversions\nA,1\nB,x\n", "paths.csv, line 3: conversions 'x'; expected a")]
    [InlineData("path,conversions,nulls\nA,0,3\n", "no path converts, so there is nothing to credit")]
    [InlineData("path\n", "no path converts")]
    public async Task File_ThatCannotBeFitted_IsFailure(string paths, string message)
    {
        ReporterRun run = await RunAsync(paths, ["markov"]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_ThatCannotBeWritten_IsFailure()
    {
        ReporterRun run = await FitAsync("markov", "-o", Path.Combine(_folder.FullName, "absent", "t.json"));

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("error: --output: Could not find", run.Error, StringComparison.Ordinal);
    }

    private Task<ReporterRun> FitAsync(params string[] args) => RunAsync(Paths, args);

    private Task<ReporterRun> RunAsync(string paths, string[] args) =>
        ReporterRun.OfAsync(["fit", .. args, "--paths", Written(paths)]);

    private string Written(string paths)
    {
        string file = Path.Combine(_folder.FullName, "paths.csv");
        File.WriteAllText(file, paths);
        return file;
    }
}
