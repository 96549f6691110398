using System.Security.Cryptography;
using System.Text;
using Attribution.Model.Channels;

namespace Attribution.Model.Tests.Channels;

public class SiteListTests
{
    /// <summary>
    /// The list decides channels, and the config's hash must change when what decides changes.
    /// </summary>
    [Fact]
    public void SiteList_WhenItChanges_NeedsANewGroupingName()
    {
        byte[] list = Encoding.UTF8.GetBytes(SiteList.ReadResource());
        string digest = Convert.ToHexStringLower(SHA256.HashData(list));

        Assert.Equal(
            ("ga4.1", "2f72f3372431ea8b1713dc38816bf8abc5c7d71a7f13b4eebfb6a8737ababce3"),
            (Ga4Channels.GroupingName, digest));
    }

    [Fact]
    public void Names_AreOnePerChannelWithoutRepetition()
    {
        Assert.Equal(19, Ga4Channels.Names.Distinct().Count());
        Assert.Equal("Unassigned", Ga4Channels.Names[Ga4Channels.Unassigned]);
        Assert.Equal("Mobile Push Notifications", Ga4Channels.Names[Ga4Channels.MobilePush]);
    }

    [Theory]
    [InlineData("google", SiteKind.Search)]
    [InlineData("GOOGLE.COM", SiteKind.Search)]
    [InlineData("a.b.c.google.com.au", SiteKind.Search)]
    [InlineData("shopping.google.com", SiteKind.Shopping)]
    [InlineData("x.docs.google.com", SiteKind.Site)]
    [InlineData("outlook.live.com", SiteKind.Email)]
    [InlineData("com.google.android.gm", SiteKind.Email)]
    [InlineData("m.vk.com", SiteKind.Social)]
    [InlineData("google.", SiteKind.Unknown)]
    [InlineData(".", SiteKind.Unknown)]
    [InlineData("..com", SiteKind.Unknown)]
    [InlineData("com", SiteKind.Unknown)]
    [InlineData("co.uk", SiteKind.Unknown)]
    [InlineData("google.com.example", SiteKind.Unknown)]
    [InlineData("googlé.com", SiteKind.Unknown)]
    [InlineData("", SiteKind.Unknown)]
    public void Find_NameOrHost_IsItsKind(string source, object kind) =>
        Assert.Equal(kind, SiteList.Default.Find(Encoding.UTF8.GetBytes(source)));

    [Fact]
    public void Find_HostLongerThanHostsAre_IsUnknown()
    {
        byte[] host = Encoding.UTF8.GetBytes(new string('a', 250) + ".google.com");

        Assert.Equal(SiteKind.Unknown, SiteList.Default.Find(host));
    }
}
