using System.Net;
using System.Net.Sockets;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;

namespace Attribution.Engine.Tests.Ingest;

public class AddressTextTests
{
    private static readonly string[] Parts =
        ["0", "1", "ff", "ABCD", "12345", "g", ":", "::", ":", ".", "1.2.3.4", "255", "256", "01", "", " ",
            "%1"];

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("203.0.113.7")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:DB8::8a2e:370:7334")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::ffff:203.0.113.7")]
    [InlineData("1:2:3:4:5:6:203.0.113.7")]
    public void TryRead_Address_IsWhatTheFrameworkReads(string text)
    {
        Assert.True(AddressText.TryRead(Bodies.Utf8(text), out Address address));
        Assert.Equal(Address.From(IPAddress.Parse(text)), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2.3.")]
    [InlineData("1.2.3.4:80")]
    [InlineData("16909060")]
    [InlineData("0x1.2.3.4")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData(":::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData(":1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("12345::")]
    [InlineData("1.2.3.4::")]
    [InlineData("localhost")]
    public void TryRead_OtherText_IsRefused(string text) =>
        Assert.False(AddressText.TryRead(Bodies.Utf8(text), out _));

    /// <remarks>
    /// The framework also takes what we refuse (octal, short IPv4, zones), so only what we take is compared.
    /// </remarks>
    [Fact]
    public void TryRead_RandomText_TakesOnlyWhatTheFrameworkReadsTheSame()
    {
        var random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 200_000; i++)
        {
            string text = string.Concat(
                Enumerable.Range(0, random.Next(1, 16)).Select(_ => random.GetItems(Parts, 1)[0]));
            bool isRead = AddressText.TryRead(Bodies.Utf8(text), out Address address);
            bool isKnown = IPAddress.TryParse(text, out IPAddress? expected);
            if (isRead)
            {
                Assert.True(isKnown, text);
                Assert.Equal(Address.From(expected), address);
                taken++;
            }
            else if (isKnown && expected!.AddressFamily == AddressFamily.InterNetworkV6)
            {
                Assert.True(text.AsSpan().ContainsAny('%', '.'), text);
            }
        }

        Assert.InRange(taken, 100, 200_000);
    }
}
