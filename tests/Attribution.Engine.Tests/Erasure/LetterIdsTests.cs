using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.Engine.Erasure;

namespace Attribution.Engine.Tests.Erasure;

/// <remarks>A letter of a stranger must stay, whatever text it holds; the person's must go, however it is
/// written.</remarks>
public class LetterIdsTests
{
    [Theory]
    [InlineData("""{"type":"x","user_id":"1"}""", true)]
    [InlineData("""{"user_id" : "1","timestamp":"nonsense"}""", true)]
    [InlineData("""{"user_id":1}""", true)]
    [InlineData("""[{"user_id":"2"},{"a":{"user_id":"1"}}]""", true)]
    [InlineData("""{"user\u005fid":"\u0031"}""", true)]
    [InlineData("""{"user_id":"1" broken""", true)]
    [InlineData("""broken"} {"user_id":"1"}""", true)]
    [InlineData("""{"device_id":"1"}""", false)]
    [InlineData("""{"user_id":"11"}""", false)]
    [InlineData("""{"user_id":"2","properties":{"x":"1"}}""", false)]
    [InlineData("""{"user_id":"2","properties":{"x":"user_id:1, \"user_id\":\"1\""}}""", false)]
    [InlineData("""{"user_id":"1""", false)]
    [InlineData("""{"user_id":""", false)]
    [InlineData("", false)]
    public async Task Body_NamesTheUser1_OnlyWhereItDoes(string body, bool expected)
    {
        var ids = new ErasedIds();
        ids.Add(ErasedIds.User, "1");

        Assert.Equal(expected, await LetterIds.NamesAsync(Encoding.UTF8.GetBytes(body), false, ids));
    }

    [Fact]
    public async Task Body_OfRandomBytes_NeverThrows()
    {
        var ids = new ErasedIds();
        ids.Add(ErasedIds.User, "1");
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] body = new byte[random.Next(40)];
            for (int i = 0; i < body.Length; i++)
                body[i] = (byte)"\"\\:{}[], user_id1\u0001"[random.Next(18)];
            await LetterIds.NamesAsync(body, false, ids);
        }
    }

    [Theory]
    [InlineData("user_id", "1", true)]
    [InlineData("user_id", "2", false)]
    [InlineData("url", "1", false)]
    [InlineData("other_id", "1", true)]
    public async Task NativeBlock_NamesTheUser1_OnlyInItsColumn(string column, string value, bool expected)
    {
        var ids = new ErasedIds();
        ids.Add(ErasedIds.User, "1");

        Assert.Equal(expected, await LetterIds.NamesAsync(NativeRow(column, value), true, ids));
    }

    [Fact]
    public async Task NativeBlock_CutShort_IsNoBlock() =>
        await Assert.ThrowsAsync<NativeFormatException>(async () =>
            await LetterIds.NamesAsync(NativeRow("user_id", "123")[..^1], true, new ErasedIds()));

    /// <summary>A block of one row and one String column.</summary>
    internal static byte[] NativeRow(string column, string value) =>
        [1, 1, .. Text(column), .. Text("String"), .. Text(value)];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
