using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>
/// Lines of the corpus: <c>number:valid hex:BYTES</c> and <c>number:invalid hex:BYTES:…</c>. Every case goes
/// where an event can hold text: a field, an unknown field, a name, the properties.
/// </remarks>
public class Utf8CorpusTests
{
    private static readonly string[] Places =
    [
        "{\"type\":\"t\",\"user_id\":\"u\",\"term\":\"§\"}",
        "{\"type\":\"t\",\"user_id\":\"u\",\"x\":[{\"y\":\"§\"}]}",
        "{\"type\":\"t\",\"user_id\":\"u\",\"x§\":1}",
        "{\"type\":\"t\",\"user_id\":\"u\",\"properties\":{\"p\":\"§\"}}",
        "{\"type\":\"t\",\"user_id\":\"u\",\"properties\":{\"§\":0}}",
    ];

    [Fact]
    public void Text_ValidCases_AreKeptByteForByte()
    {
        int count = 0;
        foreach (byte[] bytes in Cases("valid hex"))
        {
            foreach (string place in Places)
            {
                EventBatch batch = Bodies.Read(Place(place, bytes), out _);
                ParsedEvent only = Assert.Single(ParsedEvent.All(batch));
                Assert.Equal(EventKind.Event, only.Header.Kind);
                if (place == Places[0])
                    Assert.Equal(bytes, only.Bytes(EventField.Term));
            }

            count++;
        }

        Assert.InRange(count, 20, 10_000);
    }

    [Fact]
    public void Text_InvalidCases_AreRejectedWherever()
    {
        int count = 0;
        foreach (byte[] bytes in Cases("invalid hex"))
        {
            foreach (string place in Places)
                Assert.Equal("event: not UTF-8", Bodies.ReasonOf(Place(place, bytes)));
            count++;
        }

        Assert.InRange(count, 50, 10_000);
    }

    /// <summary>The corpus's bytes of one kind, without those JSON does not allow in a string.</summary>
    private static IEnumerable<byte[]> Cases(string kind) =>
        from line in File.ReadLines(Corpora.Path("utf8tests", "utf8tests.txt"))
        where !line.StartsWith('#')
        let parts = line.Split(':')
        where parts.Length > 2 && parts[1] == kind
        let bytes = Convert.FromHexString(parts[2].Replace(" ", ""))
        where !bytes.Any(value => value < 0x20 || value == '"' || value == '\\')
        select bytes;

    private static byte[] Place(string place, byte[] bytes)
    {
        string[] sides = place.Split('§');
        return [.. Bodies.Utf8(sides[0]), .. bytes, .. Bodies.Utf8(sides[1])];
    }
}
