using System.Diagnostics;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Completions;

/// <summary>What shells are told could come next.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("ch", "channels")]
    [InlineData("con", "config conversions")]
    [InlineData("config ", "diff list show validate")]
    [InlineData("config s", "show")]
    [InlineData("channels --mod", "--model")]
    [InlineData("channels --model li", "linear")]
    [InlineData("channels --model = li", "linear")]
    [InlineData("channels --model linear --fo", "--format")]
    [InlineData("channels --compare ", "previous year")]
    [InlineData("channels --by channel,cam", "channel,campaign")]
    [InlineData("quality --by prop", "properties")]
    [InlineData("events --where user", "user_agent user_id")]
    [InlineData("top cou", "country")]
    [InlineData("completion ", "bash fish zsh")]
    [InlineData("schema sql id", "identities")]
    [InlineData("compl", "completion")]
    [InlineData("nothing such", "")]
    [InlineData("events --limit ", "")]
    public async Task Complete_OfALine_SaysWhatMayFollow(string line, string expected)
    {
        ReporterRun run = await ReporterRun.OfAsync(["complete", "--", .. line.Split(' ')]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Complete_OfNothing_IsEveryShownCommand()
    {
        ReporterRun run = await ReporterRun.OfAsync("complete", "--", "");

        string[] lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("channels", lines);
        Assert.Contains("watch", lines);
        Assert.DoesNotContain("complete", lines);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Script_IsParsedByItsShell(string shell)
    {
        ReporterRun run = await ReporterRun.OfAsync("completion", shell);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.DoesNotContain('@', run.Out.Replace("[@]", "", StringComparison.Ordinal)
            .Replace("(@", "", StringComparison.Ordinal).Replace("$@", "", StringComparison.Ordinal));
        if (Find(shell) is not { } path)
            return;
        Assert.Equal((0, ""), await ShellAsync(path, ["-n"], run.Out));
    }

    /// <summary>The script in a real bash, with a stand-in for the program that says how it was
    /// called.</summary>
    [Theory]
    [InlineData("attribution channels --by cou", 2, "<complete><--><channels><--by><cou>")]
    [InlineData("attribution ev", 1, "<complete><--><ev>")]
    [InlineData("attribution events ", 2, "<complete><--><events><>")]
    public async Task Script_InBash_AsksForTheWordsUpToTheCursor(string line, int word, string expected)
    {
        ReporterRun run = await ReporterRun.OfAsync("completion", "bash");
        if (Find("bash") is not { } bash)
            return;
        string words = string.Join(' ', line.Split(' ').Select(each => $"'{each}'"));
        string script = $$"""
            attribution() { printf '<%s>' "$@"; printf '\n'; }
            {{run.Out}}
            COMP_WORDS=({{words}})
            COMP_CWORD={{(line.EndsWith(' ') ? word : line.Split(' ').Length - 1)}}
            _attribution_complete
            eval "printf '%s' ${COMPREPLY[0]}"
            """;

        Assert.Equal((0, expected), await ShellAsync(bash, [], script));
    }

    [Theory]
    [InlineData("csh")]
    [InlineData("bash", "--program", "a b")]
    [InlineData("bash", "--program", "$(rm)")]
    public async Task Script_OfNoShellOrName_IsRefused(params string[] args)
    {
        ReporterRun run = await ReporterRun.OfAsync(["completion", .. args]);

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
    }

    private static string? Find(string shell) =>
        ((string[])["/bin", "/usr/bin", "/usr/local/bin"]).Select(folder => Path.Combine(folder, shell))
        .FirstOrDefault(File.Exists);

    private static async Task<(int Code, string Output)> ShellAsync(string path, string[] args, string script)
    {
        var start = new ProcessStartInfo(path, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + errors);
    }
}
