using System.Text.Json;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Sink.Inserts;
using Attribution.Engine.Tests.EndToEnd.Support;

namespace Attribution.Engine.Tests.Sink;

/// <remarks>A crash may cut the last line at any byte: the lines written after it must be whole.</remarks>
public class LastResortFileTests
{
    private static readonly InsertAnswer Refusal =
        new(InsertOutcome.Classify(new ClickHouseException("refused")), "refused");

    [Fact]
    public async Task Append_AfterALineThatWasCutAnywhere_BeginsALineOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "dead-letters.ndjson");
        await AppendAsync(path, 1);
        byte[] whole = await File.ReadAllBytesAsync(path);

        for (int cut = 0; cut <= whole.Length; cut++)
        {
            await File.WriteAllBytesAsync(path, whole[..cut]);
            await AppendAsync(path, 2);
            await AppendAsync(path, 3);

            string[] lines = (await File.ReadAllTextAsync(path)).Split('\n');
            Assert.Equal("", lines[^1]);
            Assert.Equal([2, 3], lines[^3..^1].Select(RowOf));
        }
    }

    private static async Task AppendAsync(string path, byte row)
    {
        using var file = new LastResortFile(path, TimeProvider.System);
        await file.AppendAsync("events", Refusal, new[] { row }, CancellationToken.None);
    }

    private static byte RowOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("native").GetBytesFromBase64().Single();
    }
}
