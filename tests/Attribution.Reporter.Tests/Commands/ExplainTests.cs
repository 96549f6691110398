using System.CommandLine.Parsing;
using System.Text.Json;
using Attribution.Model.Configs;
using Attribution.Model.Evidence;
using Attribution.Reporter.Commands.Explain;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Why a conversion is whose it is, letter by letter, and what is said where it is not known.
/// </summary>
/// <remarks>The files were checked by hand against <see cref="ExplainDatabase"/>.</remarks>
public sealed class ExplainTests(ExplainDatabase database) : IClassFixture<ExplainDatabase>
{
    [Theory]
    [InlineData("explain.table.txt", 100, "order-1001")]
    [InlineData("explain.narrow.txt", 60, "order-1001")]
    [InlineData("explain.mmp.table.txt", 100, "order-1001", "--model", "mmp")]
    [InlineData("explain.hostile.table.txt", 100, ExplainDatabase.HostileId)]
    [InlineData("explain.reinstall.table.txt", 100, "reinstall-1")]
    [InlineData("explain.mobile.table.txt", 100, "iap-1")]
    [InlineData("explain.truncated.table.txt", 100, "alone-1")]
    [InlineData("explain.bare.table.txt", 100, "bare-1")]
    public async Task Explanation_OnTerminal_IsAsCommitted(
        string file, int width, string id, params string[] more)
    {
        ReporterRun run = await database.RunAsync(new Terminal(width), ["explain", id, .. more]);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, $"{run.Out}--- notes\n{run.Error}");
    }

    [Theory]
    [InlineData("explain.json", "order-1001", "--model", "mmp", "--format", "json")]
    [InlineData("explain.tsv", "order-1001", "--model", "mmp")]
    [InlineData("explain.csv", "order-1001", "--model", "linear", "--format", "csv")]
    [InlineData("explain.unattributed.tsv", "alone-1")]
    public async Task Explanation_InPipe_IsAsCommitted(string file, string id, params string[] more)
    {
        ReporterRun run = await database.RunAsync(["explain", id, .. more]);

        Assert.Equal(ExitCode.Ok, run.Code);
        ExpectedText.Matches(file, run.Out);
    }

    [Fact]
    public async Task Explanation_OfHostileIds_MovesNoCursor()
    {
        foreach (string id in (string[])["order-1001", ExplainDatabase.HostileId])
        {
            ReporterRun run = await database.RunAsync(new Terminal(80), "explain", id);

            Assert.Equal(ExitCode.Ok, run.Code);
            Assert.DoesNotContain((run.Out + run.Error).ToCharArray(),
                c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        }
    }

    [Fact]
    public async Task Explanation_AsJson_HasEveryVerdictOfEveryModel()
    {
        ReporterRun run = await database.RunAsync("explain", "order-1001", "--format", "json");

        using JsonDocument document = JsonDocument.Parse(run.Out);
        JsonElement touches = document.RootElement.GetProperty("touches");
        Assert.Equal(9, touches.GetArrayLength());
        foreach (JsonElement touch in touches.EnumerateArray())
            Assert.Equal(5, touch.GetProperty("verdicts").GetArrayLength());
        JsonElement hostile = touches.EnumerateArray()
            .Single(touch => touch.GetProperty("touch").GetString() == ExplainDatabase.HostileId);
        Assert.Equal("c\nd", hostile.GetProperty("campaign").GetString());
        Assert.Equal(14_400_000, hostile.GetProperty("age_ms").GetInt64());
    }

    [Fact]
    public async Task Explanation_WithOldConfig_IsThatOnes()
    {
        ReporterRun run = await database.RunAsync("explain", "order-1001", "--config", "0123");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(["t1"], run.Cells().Select(cells => cells[4]));
        Assert.Equal(ExplainDatabase.OldConfig, run.Cells()[0][2]);
    }

    [Fact]
    public async Task Explanation_WithAProfile_LooksForItsHash()
    {
        ReporterRun run = await database.RunAsync("explain", "order-1001", "--config", "web");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("replay --config web", run.Error, StringComparison.Ordinal);
        Assert.Contains(ReportSession.Short(ExplainDatabase.Config), run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"considered":1,"eligible":1,"rejected":[{"touch":"t","rule":"r"}]}""")]
    [InlineData("""{"considered":1.5,"eligible":1}""")]
    public void Evidence_ThatIsNone_IsNotRead(string json) => Assert.Null(EvidenceReader.Read(json));

    [Theory]
    [InlineData(0, "00:00:00 before", "0s")]
    [InlineData(-1, "00:00:00.001 after", "-1ms")]
    [InlineData(604_800_001, "7d 00:00:00.001 before", "604800001ms")]
    [InlineData(93_784_000, "1d 02:03:04 before", "93784s")]
    [InlineData(90_000_000, "1d 01:00:00 before", "25h")]
    public void Span_OfMilliseconds_IsReadable(long millis, string distance, string limit)
    {
        Assert.Equal(distance, SpanText.Distance(millis));
        Assert.Equal(limit, Duration.Format(millis));
    }

    [Fact]
    public async Task Explanation_OutsideOfTheRange_IsFoundAtAnyTime()
    {
        ReporterRun run = await database.RunAsync("explain", "twice");
        ReporterRun older = await database.RunAsync(
            "explain", "twice", "--from", "2026-08-01", "--to", "2026-08-10");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("2026-08-17", run.Cells()[0][1], StringComparison.Ordinal);
        Assert.Contains("2 conversions have this id", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("2026-08-07", older.Cells()[0][1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("but in shop (--project)", "shop-1")]
    [InlineData("an event of type 'purchase' at 2026-11-05 12:00:00, which no config", "raw-1")]
    [InlineData("ids that begin so: order-1001", "order-1")]
    [InlineData("12:00:00; ids are compared letter by letter.", "nothing-like-it")]
    [InlineData("Projects with conversions: default, shop", "nothing-like-it", "--project", "nope")]
    [InlineData("replay --config 777 --from 2026-11-05 --to 2026-11-06", "order-1001", "--config", "777")]
    [InlineData("has no model 'markov', but first, last, linear", "order-1001", "--model", "markov")]
    public async Task Explanation_ThatIsNotThere_SaysWhatIs(string message, params string[] args)
    {
        ReporterRun run = await database.RunAsync(["explain", .. args]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Equal("", run.Out);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 touch, of 2026-11-04 12:00:00 UTC. It lies outside of every window and changes "
        + "nothing.")]
    [InlineData(2, "2 touches, the newest of 2026-11-04 12:00:00 UTC. They lie outside of every window and "
        + "change nothing.")]
    public void Touches_ThatWereDropped_AreCounted(int count, string sentence)
    {
        var evidence = new EvidenceDocument
        {
            Considered = 0,
            Eligible = 0,
            DroppedTouches = count,
            DroppedThroughMillis = 1_793_793_600_000,
        };

        Assert.Equal([$"Dropped before this by limits: {sentence}"], EvidenceSentences.Limits(evidence));
    }

    [Fact]
    public async Task Examples_OfHelp_Run()
    {
        foreach (string[] command in (string[][])[["explain"], ["config", "list"], ["config", "diff"]])
        {
            ReporterRun help = await ReporterRun.OfAsync([.. command, "--help"]);
            foreach (string line in help.Out.Split('\n')[1..3])
            {
                ReporterRun run =
                    await database.RunAsync([.. CommandLineParser.SplitCommandLine(line).Skip(1)]);
                Assert.True(run.Code == ExitCode.Ok, $"{line}: {run.Error}");
            }
        }
    }

    [Fact]
    public async Task Explanation_OfNothing_IsUsageError()
    {
        ReporterRun run = await database.RunAsync("explain", "");

        Assert.Equal(ExitCode.Usage, run.Code);
    }
}
