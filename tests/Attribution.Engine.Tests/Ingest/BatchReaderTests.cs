using System.Buffers;
using System.Text;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

public class BatchReaderTests
{
    private const string A = """{"type":"a","user_id":"u"}""";
    private const string B = """{"type":"b","user_id":"u"}""";
    private const string Syntax = "event: not valid JSON";

    [Theory]
    [InlineData(A, "a")]
    [InlineData(" \r\n\t" + A + " \n\n", "a")]
    [InlineData("\uFEFF" + A, "a")]
    [InlineData("[]", "")]
    [InlineData("[ ]\n", "")]
    [InlineData("[" + A + "]", "a")]
    [InlineData(" [ " + A + " ,\n" + B + " ] ", "a b")]
    [InlineData(A + "\n" + B, "a b")]
    [InlineData(A + "\r\n\r\n  \n" + B + "\r\n", "a b")]
    [InlineData(" " + A + "\n\t" + B + " ", "a b")]
    public void Read_ObjectArrayOrLines_AllEventsAreThere(string body, string types)
    {
        EventBatch batch = Bodies.Read(Bodies.Utf8(body), out BodyError error);

        Assert.Equal(BodyError.None, error);
        Assert.Equal(0, batch.Rejected);
        Assert.Equal(types, Outcome(batch));
    }

    [Fact]
    public void Read_OneObjectOverSeveralLines_IsOneEvent()
    {
        Assert.Equal(Bodies.ReadOne(Samples.Purchase).Describe(),
            Bodies.ReadOne(Samples.OverLines).Describe());
        Assert.Equal(Syntax, Bodies.ReasonOf(Samples.OverLines.Replace("null", "nul")));
    }

    [Theory]
    [InlineData("[1," + A + ",null,\"x\",[]," + B + "]",
        "!event: not an object|a|!event: not an object|!event: not an object|!event: not an object|b")]
    [InlineData("[{\"type\":tru}," + A + "]", "!" + Syntax + "|a")]
    [InlineData("[{\"a\":{\"b\":[1,2}]}}," + A + "]", "!" + Syntax + "|a")]
    [InlineData("[{\"a\":\"}],[{\\\"\",}," + A + "]", "!" + Syntax + "|a")]
    [InlineData("[" + A + ",]", "a|!" + Syntax)]
    [InlineData("[," + A + ",," + B + "]", "!" + Syntax + "|a|!" + Syntax + "|b")]
    [InlineData("[" + A + B + "," + B + "]", "a|!" + Syntax + "|b")]
    [InlineData("[" + A + " x," + B + "]", "a|!" + Syntax + "|b")]
    [InlineData("[" + A + "}," + B + "]", "a|!" + Syntax + "|b")]
    [InlineData("[{\"type\":\"t\"}," + A + "]", "!event: no user_id, anonymous_id or device_id|a")]
    [InlineData(A + "\n{\"type\":\n" + B, "a|!" + Syntax + "|b")]
    [InlineData(A + "\n{\"type\":\"x\n" + B, "a|!" + Syntax + "|b")]
    [InlineData("{\"type\":\"x\n" + A + "\n" + B, "!" + Syntax + "|a|b")]
    [InlineData(A + "\n[" + B + "]\n7\nx\n" + B, "a|!event: not an object|!event: not an object|!" + Syntax
        + "|b")]
    [InlineData(A + B + "\n" + B, "a|!" + Syntax + "|b")]
    [InlineData(A + " x\n" + B, "a|!" + Syntax + "|b")]
    public void Read_BadEvent_CostsItselfOnly(string body, string outcome)
    {
        EventBatch batch = Bodies.Read(Bodies.Utf8(body), out BodyError error);

        Assert.Equal(BodyError.None, error);
        Assert.Equal(outcome.Replace('|', ' '), Outcome(batch));
        Assert.Equal(batch.Rejected, batch.Rejections.Length);
        foreach (Rejection rejection in batch.Rejections)
            Assert.Equal(EventKind.Rejected, batch.Records[rejection.Index].Header.Kind);
    }

    [Theory]
    [InlineData("", BodyError.Empty)]
    [InlineData(" \n ", BodyError.Empty)]
    [InlineData("\uFEFF", BodyError.Empty)]
    [InlineData("null", BodyError.NotEvents)]
    [InlineData("\"x\"", BodyError.NotEvents)]
    [InlineData("type=click&user_id=u", BodyError.NotEvents)]
    [InlineData("\uFEFF\uFEFF{}", BodyError.NotEvents)]
    [InlineData("[", BodyError.ArrayNotClosed)]
    [InlineData("[" + A, BodyError.ArrayNotClosed)]
    [InlineData("[" + A + ",", BodyError.ArrayNotClosed)]
    [InlineData("[" + A + ",{\"type\":\"x}," + B + "]", BodyError.ArrayNotClosed)]
    [InlineData("[" + A + "]]", BodyError.TextAfterArray)]
    [InlineData("[" + A + "]\n[" + B + "]", BodyError.TextAfterArray)]
    public void Read_UnreadableBody_IsRefusedAsAWhole(string body, BodyError expected)
    {
        EventBatch batch = Bodies.Read(Bodies.Utf8(body), out BodyError error);

        Assert.Equal(expected, error);
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [InlineData("[", ",", "]")]
    [InlineData("", "\n", "\n")]
    public void Read_MostEvents_AreReadAndOneMoreIsTooMany(string open, string between, string close)
    {
        string most = string.Join(between, Enumerable.Repeat(A, EventBatch.MaxEvents));

        EventBatch batch = Bodies.Read(Bodies.Utf8(open + most + close), out BodyError error);
        Assert.Equal(BodyError.None, error);
        Assert.Equal(EventBatch.MaxEvents, batch.Accepted);

        batch = Bodies.Read(Bodies.Utf8(open + most + between + A + close), out error);
        Assert.Equal(BodyError.TooManyEvents, error);
        Assert.Equal(0, batch.Count);
    }

    [Theory]
    [InlineData("[", "1,")]
    [InlineData("[", ",")]
    [InlineData("[", "{},")]
    [InlineData("[", "{}x,")]
    [InlineData("", "{\n")]
    [InlineData("", "{}{\n")]
    [InlineData("{}", "\nx")]
    public void Read_MoreBadElementsThanTheBatchHolds_IsTooMany(string first, string element)
    {
        string body = first + string.Concat(Enumerable.Repeat(element, 20_000)) + "]";

        Assert.Equal(0, Bodies.Read(Bodies.Utf8(body), out BodyError error).Count);
        Assert.Equal(BodyError.TooManyEvents, error);
    }

    [Theory]
    [InlineData(BodyEncoding.Unstated)]
    [InlineData(BodyEncoding.Gzip)]
    public void Read_Gzip_IsDecompressed(BodyEncoding encoding)
    {
        var body = new ReadOnlySequence<byte>(Bodies.Gzip(Bodies.Utf8(Samples.Lines)));

        EventBatch batch = Bodies.Read(
            body, Bodies.Context with { Encoding = encoding }, out BodyError error);

        Assert.Equal(
            Bodies.Describe(Bodies.Read(Bodies.Utf8(Samples.Lines), out BodyError plain), plain),
            Bodies.Describe(batch, error));
    }

    [Fact]
    public void Read_GzipThatIsDamaged_IsRefused()
    {
        byte[] whole = Bodies.Gzip(Bodies.Utf8(Samples.Lines));
        string expected = Bodies.Describe(Bodies.Read(whole, out BodyError intact), intact);
        int refused = 0;
        for (int i = 10; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            EventBatch batch = Bodies.Read(damaged, out BodyError error);
            // Some bits of a gzip body mean nothing; changing one leaves the body what it was.
            if (error != BodyError.None)
                Assert.Equal(0, batch.Count);
            else
                Assert.Equal(expected, Bodies.Describe(batch, error));
            refused += error == BodyError.BadGzip ? 1 : 0;
        }

        Assert.InRange(refused, whole.Length - 20, whole.Length - 10);

        Assert.Equal(0, Bodies.Read([.. whole, .. whole], out BodyError twice).Count);
        Assert.Equal(BodyError.BadGzip, twice);
    }

    [Fact]
    public void Read_GzipSaidButNotSent_IsRefused()
    {
        IngestContext said = Bodies.Context with { Encoding = BodyEncoding.Gzip };

        Assert.Equal(0, Bodies.Read(
            new ReadOnlySequence<byte>(Bodies.Utf8(A)), said, out BodyError error).Count);
        Assert.Equal(BodyError.BadGzip, error);
    }

    [Fact]
    public void Read_UnknownEncoding_IsRefused()
    {
        IngestContext other = Bodies.Context with { Encoding = BodyEncoding.Unknown };

        Bodies.Read(new ReadOnlySequence<byte>(Bodies.Utf8(A)), other, out BodyError error);

        Assert.Equal(BodyError.UnknownEncoding, error);
    }

    [Fact]
    public void Read_DecompressionBomb_IsRefusedAtTheLimit()
    {
        byte[] bomb = Bodies.Gzip(Bodies.Utf8(A + new string(' ', 16 * 1024 * 1024)));
        byte[] most = Bodies.Gzip(
            Bodies.Utf8(A + new string(' ', IngestLimits.Default.MaxBodyBytes - A.Length)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Bodies.Read(bomb, out BodyError error);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(BodyError.TooLarge, error);
        Assert.InRange(allocated, 0, 5 * IngestLimits.Default.MaxBodyBytes);
        Assert.Equal(1, Bodies.Read(most, out error).Accepted);
    }

    [Fact]
    public void Read_BodyOverTheLimit_IsRefused()
    {
        Bodies.Read(Bodies.Utf8(A + new string(' ', IngestLimits.Default.MaxBodyBytes)), out BodyError error);

        Assert.Equal(BodyError.TooLarge, error);
    }

    /// <remarks>
    /// The most text a body can become: bytes as sent, and again as decoded from a URL, and derived ids.
    /// </remarks>
    [Fact]
    public void Read_BodyThatGrowsMost_StaysWithinItsBounds()
    {
        string value = string.Concat(Enumerable.Repeat("%41+", 120));
        string query = string.Join('&', ((string[])["source", "medium", "campaign", "term", "content"])
            .Select(name => $"utm_{name}={value}"));
        string one = Bodies.Event($"\"url\":\"https://x/?{query}\"");
        int count = (IngestLimits.Default.MaxBodyBytes - 2) / (one.Length + 1);

        EventBatch batch = Bodies.Read(
            Bodies.Utf8("[" + string.Join(',', Enumerable.Repeat(one, count)) + "]"), out BodyError error);

        Assert.Equal(BodyError.None, error);
        Assert.Equal(count, batch.Accepted);
    }

    [Fact]
    public void Batch_UsedAgain_HoldsNothingOfTheLastBody()
    {
        string fresh = Bodies.Describe(Bodies.Read(Bodies.Utf8(Samples.Array), out BodyError error), error);
        EventBatch batch = Bodies.Read(Bodies.Utf8(Samples.Lines + new string(' ', 100_000)), out _);

        batch.Clear();
        batch.Trim();
        error = BatchReader.Read(Bodies.Utf8(Samples.Array), Bodies.Context, batch);

        Assert.Equal(fresh, Bodies.Describe(batch, error));
    }

    private static string Outcome(EventBatch batch)
    {
        var text = new StringBuilder();
        foreach (ParsedEvent parsed in ParsedEvent.All(batch))
        {
            text.Append(text.Length == 0 ? "" : " ").Append(
                parsed.Header.Kind == EventKind.Rejected ? "!" : "");
            text.Append(parsed[EventField.Type]);
        }

        return text.ToString();
    }
}
