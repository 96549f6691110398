using System.Globalization;
using System.Text;
using System.Text.Json;
using Attribution.ClickHouse.Compression;
using Attribution.Testing;

namespace Attribution.ClickHouse.Tests.Compression;

/// <remarks>
/// A wrong checksum makes the server refuse every block, so all published values are compared.
/// </remarks>
public class CityHash128Tests
{
    [Fact]
    public void Hash_PublishedTexts_EqualsTheReference()
    {
        string[] lines = File.ReadAllLines(Corpora.Path("cityhash", "_testdata", "ch128.csv"));

        Assert.True(lines.Length >= 1000);
        foreach (string line in lines)
        {
            string[] parts = line.Split(',');
            var expected = new UInt128(Hex(parts[2]), Hex(parts[1]));
            Assert.Equal(expected, CityHash128.Hash(Encoding.UTF8.GetBytes(parts[0])));
        }
    }

    [Fact]
    public void Hash_PublishedShortTexts_EqualsTheReference()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(Corpora.Path("cityhash", "_testdata", "data.json")));
        JsonElement entries = document.RootElement.GetProperty("Entries");

        Assert.True(entries.GetArrayLength() > 10);
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            JsonElement hash = entry.GetProperty("ClickHouse128");
            ulong high = hash.GetProperty("High").GetUInt64();
            var expected = new UInt128(high, hash.GetProperty("Low").GetUInt64());
            byte[] input = Encoding.UTF8.GetBytes(entry.GetProperty("Input").GetString()!);
            Assert.Equal(expected, CityHash128.Hash(input));
        }
    }

    private static ulong Hex(string text) =>
        ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
