using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
using Attribution.Reporter.Commands.Manual;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Manual;

/// <remarks>
/// The page is written from the commands themselves, so what can be wrong is what it leaves out and what roff
/// takes for its own. groff reads it where it is on the machine; its structure is looked at everywhere.
/// </remarks>
public sealed partial class ManCommandTests
{
    private const string Groff = "/usr/bin/groff";

    [Fact]
    public async Task Page_OfProgram_HasEveryCommandOptionSettingAndExitCode()
    {
        string page = await PageAsync();

        using var console = new ReportConsole { Out = TextWriter.Null, Error = TextWriter.Null };
        Command[] commands = [.. All(ReporterCommand.Create(console)).Where(command => !command.Hidden)];
        Assert.True(commands.Length > 30);
        foreach (Command command in commands.Where(each => each.Subcommands.Count == 0))
            Assert.Matches($"\n\\.SS \"([a-z]+ )?{command.Name}[ \"]", page);
        foreach (Option option in commands.SelectMany(each => each.Options).Where(each => !each.Hidden))
            Assert.Contains(Roff.Escaped(option.Name) + "\\fR", page, StringComparison.Ordinal);
        foreach (Setting setting in Setting.All)
            Assert.Contains($"\\fB{setting.Variable}\\fR", page, StringComparison.Ordinal);
        foreach (FieldInfo code in typeof(ExitCode).GetFields().Where(field => field.IsLiteral))
            Assert.Contains($"\n\\fB{code.GetRawConstantValue()}\\fR\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("complete WORDS", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfProgram_IsOnlyMacrosOfManAndPlainAscii()
    {
        string page = await PageAsync();

        string[] lines = page.TrimEnd('\n').Split('\n');
        Assert.StartsWith(".TH \"ATTRIBUTION\" 1 ", lines[0], StringComparison.Ordinal);
        Assert.Equal(".SH NAME", lines[1]);
        Assert.StartsWith("attribution \\- ", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        // What begins without filling ends with it.
        Assert.Equal(lines.Count(line => line == ".nf"), lines.Count(line => line == ".fi"));
        Assert.Equal(["TH", "SH", "PP", "SS", "TP", "nf", "fi"], lines
            .Where(line => line[0] == '.').Select(line => line.Split(' ')[0][1..]).Distinct());
    }

    [Theory]
    [InlineData(".SH x", "\\&.SH x")]
    [InlineData("'a' \"b\" `c`", "\\(aqa\\(aq \\(dqb\\(dq \\(gac\\(ga")]
    [InlineData("a\\b-c^d~e", "a\\eb\\-c\\(had\\(tie")]
    [InlineData("100 €\n.x", "100 \\[u20AC] .x")]
    public void Text_WithWhatRoffObeys_IsOnlyShown(string text, string escaped) =>
        Assert.Equal(escaped, Roff.Escaped(text));

    [Fact]
    public async Task Page_ThroughGroff_HasNothingToWarnOf()
    {
        if (!File.Exists(Groff))
            return;
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, await PageAsync());

        ProgramRun run = await ProgramRun.OfAsync(Groff, "-man", "-ww", "-Tutf8", "-P-cbou", file);

        File.Delete(file);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("    attribution channels ", run.Out, StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync()
    {
        ReporterRun run = await ReporterRun.OfAsync("man");
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        return run.Out;
    }

    private static IEnumerable<Command> All(Command command) =>
        command.Subcommands.SelectMany(All).Prepend(command);

    [GeneratedRegex(@"^(\.[A-Z]{2}( .+)?|\.nf|\.fi|(?!\.)[ -~]+)$")]
    private static partial Regex Line();
}
