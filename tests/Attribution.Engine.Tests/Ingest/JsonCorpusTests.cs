using System.Text.Json;
using System.Text.Unicode;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>
/// The scanner is ours, so it is held against JSONTestSuite and, on mutated documents, against
/// Utf8JsonReader: what one takes the other must take. The reader's verdict includes reading every string,
/// which is where it notices invalid UTF-8 and lone surrogates.
/// </remarks>
public class JsonCorpusTests
{
    private const int Mutations = 60_000;

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Corpora.Path("json-test-suite", "test_parsing"))
            .Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scanner_CorpusDocument_IsTakenOrRefusedAsItsNameSays(string file)
    {
        byte[] document = File.ReadAllBytes(Corpora.Path("json-test-suite", "test_parsing", file));
        bool isTaken = Takes(document);

        Assert.Equal(ReaderTakes(document), isTaken);
        if (file[0] != 'i')
            Assert.Equal(file[0] == 'y', isTaken);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Body_WithCorpusDocumentAsAField_IsTakenOrRefusedToo(string file)
    {
        byte[] document = File.ReadAllBytes(Corpora.Path("json-test-suite", "test_parsing", file));
        byte[] body = [.. "{\"type\":\"t\",\"user_id\":\"u\",\"x\":"u8, .. document, .. "}"u8];
        // Depth and an object that the document ends early are the event's then, not the document's.
        bool isValid = ReaderTakes(body);

        EventBatch batch = Bodies.Read(body, out BodyError error);

        Assert.Equal(isValid, error == BodyError.None && batch.Accepted == 1 && batch.Rejected == 0);
        if (file[0] == 'y')
            Assert.Equal(1, batch.Accepted);
        if (file[0] == 'n')
            Assert.False(isValid);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Body_OfCorpusDocument_NeverThrows(string file)
    {
        byte[] document = File.ReadAllBytes(Corpora.Path("json-test-suite", "test_parsing", file));

        EventBatch batch = Bodies.Read(document, out _);

        Assert.Equal(0, batch.Accepted);
    }

    [Fact]
    public void Scanner_MutatedDocuments_AgreesWithUtf8JsonReader()
    {
        string folder = Corpora.Path("json-test-suite", "test_parsing");
        List<byte[]> seeds = [.. Directory.GetFiles(folder, "y_*").Select(File.ReadAllBytes)];
        seeds.AddRange([Bodies.Utf8(Samples.Click), Bodies.Utf8(Samples.Purchase),
            Bodies.Utf8(Samples.Array)]);
        byte[] letters = [.. "{}[]\",:\\u0dD8cC1eE+-. tfn\r\n\t"u8, 0, 0x7f, 0x80, 0xc3, 0xa9, 0xed, 0xa0,
            0xf0, 0xff];
        var random = new Random(2026);
        int taken = 0;

        for (int i = 0; i < Mutations; i++)
        {
            List<byte> mutated = [.. seeds[random.Next(seeds.Count)]];
            for (int change = random.Next(1, 4); change > 0 && mutated.Count > 0; change--)
                Mutate(mutated, random, letters);

            byte[] document = [.. mutated];
            bool expected = ReaderTakes(document);
            Assert.True(expected == Takes(document), Convert.ToHexString(document));
            taken += expected ? 1 : 0;
        }

        Assert.InRange(taken, Mutations / 20, Mutations - (Mutations / 20));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Scanner_Depth_IsAtMost64(int depth, bool isTaken)
    {
        byte[] arrays = Bodies.Utf8(new string('[', depth) + new string(']', depth));
        byte[] objects = Bodies.Utf8(
            string.Concat(Enumerable.Repeat("{\"\":", depth)) + "0" + new string('}', depth));

        Assert.Equal(isTaken, Takes(arrays));
        Assert.Equal(isTaken, Takes(objects));
        Assert.Equal(isTaken, ReaderTakes(arrays));
    }

    private static void Mutate(List<byte> document, Random random, byte[] letters)
    {
        int position = random.Next(document.Count);
        byte letter = letters[random.Next(letters.Length)];
        switch (random.Next(4))
        {
            case 0:
                document[position] = letter;
                break;
            case 1:
                document.Insert(position, letter);
                break;
            case 2:
                document.RemoveAt(position);
                break;
            default:
                int length = Math.Min(random.Next(1, 9), document.Count - position);
                document.InsertRange(random.Next(document.Count), document.GetRange(position, length));
                break;
        }
    }

    private static bool Takes(byte[] document)
    {
        var scanner = new JsonScanner(document, 0);
        bool isValue = scanner.TrySkipValue(depth: 0);
        if (isValue)
            scanner.Peek();
        return isValue && scanner.Position == document.Length && Utf8.IsValid(document);
    }

    private static bool ReaderTakes(byte[] document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
