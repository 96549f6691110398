using System.Globalization;
using System.Text;
using Attribution.Model.Text;

namespace Attribution.Model.Tests.Text;

public class Utf8MapTests
{
    [Fact]
    public void Find_AmongMany_FindsEachAndNoOther()
    {
        Dictionary<string, int> entries = Enumerable.Range(0, 2_000).ToDictionary(i => $"key-{i:x}-é");
        var map = new Utf8Map(entries);

        foreach ((string key, int value) in entries)
        {
            Assert.Equal(value, map.Find(Encoding.UTF8.GetBytes(key)));
            Assert.Equal(-1, map.Find(Encoding.UTF8.GetBytes(key.ToUpper(CultureInfo.InvariantCulture))));
        }

        Assert.Equal(-1, map.Find(""u8));
        Assert.Equal(-1, map.Find(new byte[1_000]));
    }

    [Fact]
    public void Find_InAnEmptyMap_FindsNothing() => Assert.Equal(-1, new Utf8Map([]).Find("a"u8));
}
