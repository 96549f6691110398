using System.Text.RegularExpressions;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What a replay that writes says of itself on terminals of four widths.</summary>
/// <remarks>It writes the same rows again each time, into a database of its own.</remarks>
public sealed partial class ReplayOutputTests(WhatIfDatabase whatIf) : IClassFixture<WhatIfDatabase>
{
    [Fact]
    public Task Replay_ThatWrites_IsAsCommitted() => TerminalText.MatchesAsync(
        "replay", terminal => whatIf.RunAsync(terminal, "replay", "--config", "web"), Masked);

    /// <summary>How long it took, as wide as its columns, and the hash that a new setting changes.</summary>
    private static string Masked(string text) => Columns().Replace(
            Hash().Replace(Speed().Replace(text, "<speed>"), match => "<web>".PadRight(match.Length)),
            match => "<time>".PadLeft(match.Length));

    [GeneratedRegex("[0-9.]+ s, [0-9]+ events/s")]
    private static partial Regex Speed();

    [GeneratedRegex("\\b[0-9a-f]{12,64}(…|\\b)")]
    private static partial Regex Hash();

    /// <summary>Seconds and perhaps events per second, at the end of the one row.</summary>
    [GeneratedRegex(" +[0-9]+[.][0-9]+( +[0-9,]+)?$", RegexOptions.Multiline)]
    private static partial Regex Columns();
}
