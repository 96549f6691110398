using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Attribution.Simulator.Tests.Support;
using Attribution.Simulator.Truths;

namespace Attribution.Simulator.Tests;

/// <remarks>
/// Every event is read back as a stranger would, by the contract alone, and compared with what was meant.
/// </remarks>
public class ContractTests
{
    private const string ZeroDevice = "00000000-0000-0000-0000-000000000000";
    private static readonly SimulatedWorld World = SimulatedWorld.Read(Worlds.Options(30_000));
    private static readonly ReceivedEvent[] Received = [.. ReceivedEvent.Read(World.Bodies)];

    [Fact]
    public void Events_OnTheWire_SayWhatWasMeant()
    {
        Assert.Equal(World.Delivered.Count, Received.Length);
        foreach ((SimulatedEvent meant, ReceivedEvent got) in World.Delivered.Zip(Received))
        {
            Assert.Equal(meant.EventId, got.EventId);
            Assert.Equal(meant.Type, got.Type);
            Assert.Equal(meant.TrueMillis + meant.SkewMillis, got.TimestampMillis);
            Assert.Equal(meant.UserId, got.Text("user_id"));
            Assert.Equal(meant.AnonymousId, got.Text("anonymous_id"));
            string device = got.Text("device_id");
            Assert.Equal(meant.DeviceId, device == ZeroDevice ? "" : device);
            Assert.Equal(meant.RevenueTenThousandths, (long?)(got.Revenue * 10_000));
            Assert.Equal(meant.Currency, got.Revenue is null ? "" : Default(got.Text("currency"), "USD"));
        }
    }

    [Fact]
    public void Events_WithoutExceptions_NameAPerson()
    {
        Assert.All(World.Delivered, e => Assert.NotEqual("", e.UserId + e.AnonymousId + e.DeviceId));
    }

    [Fact]
    public void Touches_ByFieldsAddressOrReferrer_CarryTheirCampaign()
    {
        foreach ((SimulatedEvent meant, ReceivedEvent got) in World.Delivered.Zip(Received))
        {
            Assert.Equal(meant.Source, Utm(got, "source"));
            Assert.Equal(meant.Medium, Utm(got, "medium"));
            Assert.Equal(meant.Campaign, Utm(got, "campaign"));
        }
    }

    [Fact]
    public void Installs_ThatNameACampaign_CarryTheClickIdOfAnEarlierClick()
    {
        Dictionary<string, SimulatedEvent> clicks = [];
        foreach ((SimulatedEvent meant, ReceivedEvent got) in World.Delivered.Zip(Received))
        {
            if (meant.Type == "click" && ClickId(got) is { Length: > 0 } id)
                clicks[id] = meant;
        }

        int named = 0;
        foreach ((SimulatedEvent meant, ReceivedEvent got) in World.Delivered.Zip(Received))
        {
            if (meant.Type != "install" || ClickId(got) is not { Length: > 0 } id)
                continue;
            named++;
            Assert.Equal(meant.Person, clicks[id].Person);
            Assert.Equal(meant.Campaign, clicks[id].Campaign);
            Assert.True(clicks[id].TrueMillis < meant.TrueMillis);
        }

        Assert.InRange(named, 5, 1_000);
    }

    [Fact]
    public void Surroundings_WherePresent_AreWellFormed()
    {
        Assert.All(Received, e => Assert.True(e.Text("ip") == "" || IPAddress.TryParse(e.Text("ip"), out _)));
        Assert.All(Received, e => Assert.Matches(new Regex("^([A-Z]{2})?$"), e.Text("country")));
        Assert.All(Received, e => Assert.Matches(new Regex("^([A-Z]{3})?$"), e.Text("currency")));
        Assert.All(
            Received.Select(e => e.Text("url")),
            url => Assert.True(url == "" || Uri.TryCreate(url, UriKind.Absolute, out _)));
    }

    [Theory]
    [InlineData("user_agent")]
    [InlineData("ip")]
    [InlineData("country")]
    [InlineData("click_id")]
    [InlineData("install_referrer")]
    [InlineData("referrer")]
    [InlineData("term")]
    [InlineData("content")]
    public void OptionalFields_SomewhereInTheStream_AreBothPresentAndAbsent(string field)
    {
        Assert.Contains(Received, e => e.Text(field).Length > 0);
        Assert.Contains(Received, e => e.Text(field).Length == 0);
    }

    [Fact]
    public void Duplicates_OnTheWire_EqualTheirFirstSending()
    {
        var first = new Dictionary<string, string>();
        int compared = 0;
        foreach ((SimulatedEvent meant, string raw) in World.Delivered.Zip(RawTexts()))
        {
            Assert.Equal(meant.IsDuplicate, !first.TryAdd(meant.EventId, raw));
            if (!meant.IsDuplicate)
                continue;
            compared++;
            Assert.Equal(first[meant.EventId], raw);
        }

        Assert.InRange(compared, 200, 400);
    }

    private static IEnumerable<string> RawTexts()
    {
        foreach (ReadOnlyMemory<byte> body in World.Bodies)
        {
            using var document = System.Text.Json.JsonDocument.Parse(body);
            foreach (System.Text.Json.JsonElement element in document.RootElement.EnumerateArray())
                yield return element.GetRawText();
        }
    }

    private static string Default(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string Utm(ReceivedEvent got, string field)
    {
        if (got.Type == "install")
        {
            // The store's word for "nobody" names no campaign.
            System.Collections.Specialized.NameValueCollection referrer =
                HttpUtility.ParseQueryString(got.Text("install_referrer"));
            return referrer["utm_campaign"] is null ? "" : referrer[$"utm_{field}"] ?? "";
        }

        return Default(got.Text(field), Query(got)[$"utm_{field}"] ?? "");
    }

    private static string ClickId(ReceivedEvent got)
    {
        System.Collections.Specialized.NameValueCollection query = got.Type == "install"
            ? HttpUtility.ParseQueryString(got.Text("install_referrer"))
            : Query(got);
        string? named = query["gclid"] ?? query["fbclid"] ?? query["ttclid"] ?? query["msclkid"];
        return Default(got.Text("click_id"), named ?? "");
    }

    private static System.Collections.Specialized.NameValueCollection Query(ReceivedEvent got) =>
        HttpUtility.ParseQueryString(got.Text("url").Contains('?', StringComparison.Ordinal)
            ? new Uri(got.Text("url")).Query
            : "");
}
