using System.CommandLine;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Repository;

/// <remarks>The README's table of options is written from the source, so it cannot drift from it.</remarks>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Corpora.Repository(), "README.md"));

    [Fact]
    public void OptionsTable_IsTheCommandsOwn() => Assert.Contains(Table(), Readme, StringComparison.Ordinal);

    [Fact]
    public void Links_LeadToFilesOfTheRepository()
    {
        string[] missing = [.. Readme.Split("](").Skip(1)
            .Select(rest => rest[..rest.IndexOf(')', StringComparison.Ordinal)])
            .Where(target => !target.StartsWith('#'))
            .Where(target => !File.Exists(Path.Combine(Corpora.Repository(), target)))];
        Assert.Empty(missing);
    }

    private static string Table() => string.Join('\n', (string[])
    [
        "| option | default | meaning |",
        "|---|---|---|",
        .. EngineCommand.All.Select(Row),
    ]);

    private static string Row(Option option) =>
        $"| `{option.Name}` | {Default(option)} | {option.Description} |";

    private static string Default(Option option) => option.Name switch
    {
        // Half of the processors: the number depends on the machine.
        "--shards" => "half the processors",
        _ when !option.HasDefaultValue => "",
        _ => $"`{option.GetDefaultValue()}`",
    };
}
