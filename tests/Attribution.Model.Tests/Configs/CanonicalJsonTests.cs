using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;

namespace Attribution.Model.Tests.Configs;

public class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(""" { "b" : [ ] , "a" : -1 } """, """{"a":-1,"b":[]}""")]
    [InlineData("""{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""",
        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    [InlineData("""["\u0000\u001f\b\t\n\f\r\"\\\/é\u2028<>&'"]""",
        "[\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/é\u2028<>&'\"]")]
    public void Write_AnyDocument_IsInTheFormOfRfc8785(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json)!)));

    [Theory]
    [InlineData("[true,false,null]", "[true,false,null]")]
    [InlineData("[0.5,-9.990,0.000001,123456789.123456]", "[0.5,-9.99,0.000001,123456789.123456]")]
    [InlineData("[1.0,-0.0,9007199254740992]", "[1,0,9007199254740992]")]
    public void Write_NumbersAndLiterals_AreInTheFormOfRfc8785(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Write(JsonNode.Parse(json)!)));

    [Fact]
    public void Write_OfWhatHasNoExactForm_IsRefused()
    {
        foreach (string json in
            (string[])["[0.0000001]", "[1e300]", "[9007199254740993]", "[1234567890123456.5]", "[0.1234567]"])
            Assert.Throws<NotSupportedException>(() => CanonicalJson.Write(JsonNode.Parse(json)!));
    }
}
