using System.Text;
using Attribution.Model.Tests.Support;
using Attribution.Model.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Text;

public class HostsTests
{
    [Theory]
    [InlineData("https://www.example.com/a?b=c", "www.example.com")]
    [InlineData("https://example.com", "example.com")]
    [InlineData("https://example.com.", "example.com")]
    [InlineData("http://user:pass@example.com:8080/a@b", "example.com")]
    [InlineData("https://example.com?x=//y", "example.com")]
    [InlineData("https://example.com#f", "example.com")]
    [InlineData("//example.com/a", "example.com")]
    [InlineData("example.com/a//b", "example.com")]
    [InlineData("https://[2001:db8::1]:443/", "[2001:db8::1]")]
    [InlineData("https://[2001", "")]
    [InlineData("android-app://com.example/https/x", "com.example")]
    [InlineData("/path", "")]
    [InlineData("https://", "")]
    [InlineData("", "")]
    public void Of_Url_IsItsHost(string url, string host) =>
        Assert.Equal(host, Encoding.UTF8.GetString(Hosts.Of(Encoding.UTF8.GetBytes(url))));

    [Theory]
    [InlineData("news.google.co.uk", "google.co.uk")]
    [InlineData("www.example.com", "example.com")]
    [InlineData("example.com", "example.com")]
    [InlineData("co.uk", "co.uk")]
    [InlineData("a.b.c.com.BR", "c.com.BR")]
    [InlineData("blog.example.de", "example.de")]
    [InlineData("localhost", "localhost")]
    [InlineData("192.168.0.1", "192.168.0.1")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("", "")]
    public void Registrable_Host_IsWhatSomebodyRegistered(string host, string registrable) =>
        Assert.Equal(registrable, Encoding.UTF8.GetString(Hosts.Registrable(Encoding.UTF8.GetBytes(host))));

    [Theory]
    [InlineData("www.example.com", "EXAMPLE.com", true)]
    [InlineData("blog.example.co.uk", "shop.example.co.uk", true)]
    [InlineData("a.co.uk", "b.co.uk", false)]
    [InlineData("10.0.0.1", "11.0.0.1", false)]
    public void AreOfOneSite_Hosts_ComparesTheirOwners(string host, string other, bool same) =>
        Assert.Equal(same, Hosts.AreOfOneSite(Encoding.UTF8.GetBytes(host), Encoding.UTF8.GetBytes(other)));

    /// <summary>Referrers are what strangers send: no bytes may throw.</summary>
    [Fact]
    public void Of_AnyBytes_GivesASliceOfThem()
    {
        Gen<byte[]> bytes = Gen.Choose(0, 20)
            .SelectMany(n => Gen.Elements([.. "a.:/@[]?#\\1\u00ff"u8.ToArray()]).ArrayOf(n));

        Prop.ForAll(bytes.ToArbitrary(), url =>
        {
            ReadOnlySpan<byte> host = Hosts.Of(url);
            return url.AsSpan().IndexOf(host) >= 0 && host.IndexOf(Hosts.Registrable(host)) >= 0;
        }).CheckThrow(5_000);
    }
}
