using Attribution.Reporter.Commands.Schema;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Schema;

/// <summary>What there is to ask for, and that none of it is left unexplained.</summary>
public sealed class SchemaCommandTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    [Fact]
    public async Task Tables_HaveEveryColumnWithItsTypeAndMeaning()
    {
        ReporterRun run = await database.RunAsync("schema", "tables");

        string expected = await database.SqlAsync(
            "SELECT table, name, type FROM system.columns WHERE database = '$db' ORDER BY table, position");
        string[] columns = [.. run.Cells().Where(row => row[1].Length > 0)
            .Select(row => $"{row[0]}\t{row[1]}\t{row[2].Replace("'", "\\'", StringComparison.Ordinal)}")];
        Assert.Equal(expected.TrimEnd('\n').Split('\n').Order(), columns.Order());
        Assert.All(run.Cells(), row => Assert.True(row[3].Length > 0, $"{row[0]}.{row[1]} is not explained"));
        Assert.Equal(
            TableColumns.Tables.Select(each => each.Table),
            run.Cells().Where(row => row[1].Length == 0).Select(row => row[0]));
    }

    [Fact]
    public async Task Tables_OfOne_AreThatOne()
    {
        ReporterRun run = await database.RunAsync("schema", "tables", "configs");

        Assert.Equal(
            ["", "hash", "name", "document", "first_used"], run.Cells().Select(row => row[1]));
    }

    /// <summary>Each listed field is one that both --by and --where of some command take.</summary>
    [Fact]
    public async Task Fields_AreTaken()
    {
        ReporterRun fields = await database.RunAsync("schema", "fields");

        string[][] listed = [.. fields.Cells().Where(row => !row[0].Any(char.IsAsciiLetterUpper))];
        Assert.True(listed.Length > 40);
        foreach (string[] row in listed)
        {
            string command = row[1] == "event" ? "quality" : "channels";
            ReporterRun run = await database.RunAsync(
                command, "--by", row[0], "--where", $"not {row[0]} is empty", "--limit", "1");
            Assert.True(run.Code == ExitCode.Ok, $"{row[0]}: {run.Error}");
        }
    }

    [Fact]
    public async Task Sql_OfATable_MakesIt()
    {
        ReporterRun run = await database.RunAsync("schema", "sql", "events");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.StartsWith("CREATE TABLE ", run.Out, StringComparison.Ordinal);
        Assert.Contains("ORDER BY (project, timestamp, event_id)", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("schema", "sql", "event")]
    [InlineData("schema", "tables", "event")]
    public async Task Table_ThatIsNone_IsSaid(params string[] args)
    {
        ReporterRun run = await database.RunAsync(args);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("Did you mean 'events'?", run.Error, StringComparison.Ordinal);
    }
}
