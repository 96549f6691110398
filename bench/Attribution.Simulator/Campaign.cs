using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attribution.Simulator;

/// <summary>How a campaign reaches people.</summary>
internal enum CampaignForm : byte
{
    /// <summary>Visits of the site only: direct, search results, links.</summary>
    Visit,

    /// <summary>Clicks, measured by a tracker, by the visit that follows, or by both.</summary>
    Click,

    /// <summary>Impressions, a few of which are clicked.</summary>
    View,

    /// <summary>Openings of the app; only persons who installed it.</summary>
    Open,
}

/// <summary>
/// One way persons come to the simulated shop, its texts ready to be copied into JSON and into a query
/// string. Immutable and shared.
/// </summary>
internal sealed class Campaign
{
    public required string Channel { get; init; }
    public required CampaignForm Form { get; init; }
    public string Source { get; init; } = "";
    public string Medium { get; init; } = "";
    public string Name { get; init; } = "";
    public string Term { get; init; } = "";
    public string Content { get; init; } = "";

    /// <summary>The query parameter of the network's click id; empty where it has none.</summary>
    public string ClickIdName { get; init; } = "";
    public string Referrer { get; init; } = "";

    /// <summary>How often a person of low or high intent is reached, against the other campaigns.</summary>
    public required (int Low, int High) Weight { get; init; }

    public int ChannelNumber { get; private set; }

    /// <summary><c>,"source":"…","medium":"…"</c> and so on.</summary>
    public byte[] Fields { get; private set; } = [];

    /// <summary><c>utm_source=…&amp;utm_medium=…</c> and so on, percent-encoded.</summary>
    public byte[] Query { get; private set; } = [];
    public byte[] ClickIdNameUtf8 { get; private set; } = [];
    public byte[] ReferrerUtf8 { get; private set; } = [];

    /// <summary>Fills in what follows from the texts.</summary>
    public Campaign Built()
    {
        (string Field, string Text)[] texts =
        [
            ("source", Source), ("medium", Medium), ("campaign", Name), ("term", Term), ("content", Content),
        ];
        ChannelNumber = Channels.Number(Channel);
        texts = [.. texts.Where(t => t.Text.Length > 0)];
        Fields = Encoding.UTF8.GetBytes(
            string.Concat(texts.Select(t => $",\"{t.Field}\":\"{Escape(t.Text)}\"")));
        Query = Encoding.UTF8.GetBytes(
            string.Join('&', texts.Select(t => $"utm_{t.Field}={Encode(t.Text)}")));
        ClickIdNameUtf8 = Encoding.UTF8.GetBytes(ClickIdName);
        ReferrerUtf8 = Encoding.UTF8.GetBytes(Referrer);
        return this;
    }

    /// <summary>As browsers send forms: a space is a plus sign.</summary>
    private static string Encode(string text) =>
        Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static string Escape(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}
