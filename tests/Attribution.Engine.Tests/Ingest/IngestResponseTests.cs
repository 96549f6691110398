using System.Buffers;
using System.Text;
using System.Text.Json;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;

namespace Attribution.Engine.Tests.Ingest;

public class IngestResponseTests
{
    [Fact]
    public void WriteBody_HostileEvents_IsValidJsonOfOurWordsOnly()
    {
        string hostile = "\\\"}],\\u0000<script>";
        EventBatch batch = Bodies.Read(
            Bodies.Utf8($"[{{\"type\":\"{hostile}\",\"{hostile}\":1}}," +
                $"{{\"type\":\"t\",\"user_id\":\"u\",\"ip\":\"{hostile}\"}}]"),
            out _);

        string answer = IngestRig.Answer(new IngestResult(IngestStatus.NothingValid), batch)[4..];

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.Equal(2, json.RootElement.GetProperty("rejected").GetInt32());
        Assert.Equal("ip: not an IP address",
            json.RootElement.GetProperty("errors")[1].GetProperty("reason").GetString());
        Assert.DoesNotContain("script", answer);
    }

    [Fact]
    public void Reasons_All_NeedNoEscapeInJson()
    {
        for (int i = 0; i < Reasons.Count; i++)
            AssertPlain(Reasons.Of(i));
        foreach (BodyError error in Enum.GetValues<BodyError>())
            AssertPlain(Reasons.Of(error));
    }

    [Fact]
    public void WriteBody_ManyRejected_NamesTheFirstHundred()
    {
        EventBatch batch = Bodies.Read(
            Bodies.Utf8("[" + string.Concat(Enumerable.Repeat("1,", 250)) + "1]"), out _);

        string answer = IngestRig.Answer(new IngestResult(IngestStatus.NothingValid), batch)[4..];

        using JsonDocument json = JsonDocument.Parse(answer);
        Assert.Equal(251, json.RootElement.GetProperty("rejected").GetInt32());
        Assert.Equal(
            Enumerable.Range(0, 100),
            json.RootElement.GetProperty("errors").EnumerateArray().Select(
                error => error.GetProperty("index").GetInt32()));
    }

    [Theory]
    [InlineData(BodyError.Empty, 400)]
    [InlineData(BodyError.NotEvents, 400)]
    [InlineData(BodyError.ArrayNotClosed, 400)]
    [InlineData(BodyError.BadGzip, 400)]
    [InlineData(BodyError.TooLarge, 413)]
    [InlineData(BodyError.TooManyEvents, 413)]
    [InlineData(BodyError.UnknownEncoding, 415)]
    public void StatusCode_RefusedBody_IsTheContracts(BodyError error, int expected)
    {
        var result = new IngestResult(IngestStatus.BodyRefused, error);
        var output = new ArrayBufferWriter<byte>();
        IngestResponse.WriteBody(result, new EventBatch(), output);

        Assert.Equal(expected, IngestResponse.StatusCode(result));
        using JsonDocument json = JsonDocument.Parse(output.WrittenMemory);
        Assert.StartsWith("body: ", json.RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("Bearer k1", "", "k1")]
    [InlineData("bearer  k1 ", "x", "k1")]
    [InlineData("Basic azE6", "", "k1")]
    [InlineData("Basic azE6c2VjcmV0", "", "k1")]
    [InlineData("Basic azE=", "", "k1")]
    [InlineData("Basic ?", "x", "")]
    [InlineData("", " k2 ", "k2")]
    [InlineData("Digest a", "k2", "k2")]
    [InlineData("Bearer", "k2", "k2")]
    [InlineData("", "", "")]
    public void WriteKey_Headers_GiveTheKey(string authorization, string writeKey, string expected) =>
        Assert.Equal(
            expected, WriteKey.Find(authorization, writeKey, new char[WriteKey.MaxChars]).ToString());

    [Fact]
    public void WriteKey_EndlessCredentials_AreNoKey()
    {
        string endless = "Basic " + Convert.ToBase64String(new byte[10_000]);

        Assert.Equal("", WriteKey.Find(endless, "", new char[WriteKey.MaxChars]).ToString());
    }

    private static void AssertPlain(ReadOnlySpan<byte> text)
    {
        string words = Encoding.UTF8.GetString(text);
        Assert.True(words.All(letter => letter is >= ' ' and <= '~' and not ('"' or '\\')), words);
    }
}
