using System.Text.RegularExpressions;
using Attribution.Model.Configs;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>What commands look like on terminals of four widths, in colour and without.</summary>
/// <remarks>That the figures are right is for other tests; here it is the look.</remarks>
public sealed partial class TerminalOutputTests(
    KnownDatabase known, WhatIfDatabase whatIf, ExplainDatabase explain)
    : IClassFixture<KnownDatabase>, IClassFixture<WhatIfDatabase>, IClassFixture<ExplainDatabase>
{
    [Theory]
    [InlineData("channels", "channels", "--model", "linear", "--from", "2026-11-03", "--compare", "previous")]
    [InlineData("campaigns", "campaigns", "--by", "channel", "--model", "linear")]
    [InlineData("sources", "sources")]
    [InlineData("top", "top", "touch_type", "--by", "channel")]
    [InlineData("models", "models")]
    [InlineData("trend", "trend", "credit", "--by", "channel", "--every", "day", "--from", "2026-11-01")]
    [InlineData("paths", "paths", "--model", "linear")]
    [InlineData("paths.lengths", "paths", "--model", "linear", "--show", "lengths")]
    [InlineData("paths.quantiles", "paths", "--model", "linear", "--show", "quantiles")]
    [InlineData("conversions", "conversions", "--model", "linear")]
    [InlineData("journey", "journey", "d1")]
    [InlineData("schema.tables", "schema", "tables")]
    [InlineData("schema.fields", "schema", "fields")]
    [InlineData("digest", "digest")]
    public Task Answer_OverKnownData_IsAsCommitted(string name, params string[] args) =>
        TerminalText.MatchesAsync(name, terminal => known.RunAsync(terminal, args));

    [Theory]
    [InlineData("whatif", "whatif", "--list", "--config", "FILE", "--against", "web")]
    [InlineData("replay.dry", "replay", "--dry-run", "--config", "web", "--model", "linear")]
    [InlineData("models.sweep",
        "models", "--sweep", "click=1d,7d,30d", "--model", "first", "--config", "web")]
    [InlineData("fit", "fit", "markov", "--config", "web", "--project", "many", "--currency", "EUR")]
    public Task Answer_OverRawEvents_IsAsCommitted(string name, params string[] args) =>
        TerminalText.MatchesAsync(
            name,
            terminal => whatIf.RunAsync(
                terminal, [.. args.Select(arg => arg == "FILE" ? whatIf.NarrowFile : arg)]),
            Masked);

    [Theory]
    [InlineData("explain", "explain", "order-1001")]
    [InlineData("config.list", "config", "list")]
    [InlineData("config.diff", "config", "diff", "0123", "fedcba")]
    public Task Answer_OverEvidence_IsAsCommitted(string name, params string[] args) =>
        TerminalText.MatchesAsync(name, terminal => explain.RunAsync(terminal, args));

    /// <summary>How long it took, and hashes that a new setting changes.</summary>
    private static string Masked(string text) => Hash().Replace(Speed().Replace(text, "<speed>"), match =>
        AttributionConfig.Web.Hash.StartsWith(match.Value, StringComparison.Ordinal) ? "<web>" : "<other>");

    [GeneratedRegex("[0-9.]+ s, [0-9]+ events/s|took [0-9.]+ m?s")]
    private static partial Regex Speed();

    [GeneratedRegex("(?<![.])\\b([0-9a-f]{64}|[0-9a-f]{12})\\b")]
    private static partial Regex Hash();
}
