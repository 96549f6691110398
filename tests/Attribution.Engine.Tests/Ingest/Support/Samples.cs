namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>Events as senders write them, each with something of its own to get wrong. Immutable.</summary>
internal static class Samples
{
    public static readonly string Click = OneLine(
        """
        {"type":"click","event_id":"e-1","timestamp":"2026-11-21T04:50:00.250+01:00","anonymous_id":"a1",
        "url":
        "https://shop.example/p?utm_source=google&utm_medium=cpc&utm_campaign=Spr%C3%BCng+1&gclid=Cj0KCQ#x",
        "referrer":"https://www.google.com/","ip":"2001:db8::8a2e:370:7334","user_agent":"Mozilla/5.0 \u2713",
        "country":"DE","properties":{"a":[1,2.50,{"b":null}],"é":"\ud83d\ude00\n"}}
        """);

    public static readonly string Purchase = OneLine(
        """
         { "sent_at" : 1795236870123 , "timestamp":1795236860000.75,"type":"pur\u0063hase","user_id":"Zoë 😀",
           "device_id":"00000000-0000-0000-0000-000000000000","revenue":"1234.5678",
        "currency":"eur","co\u006etent":"a\"b\\c\/d","unknown":[{"deep":[[]]},-0.1e-7,true],"term":null}
        """);

    public static readonly string Install = OneLine(
        """
        {"type":"install","device_id":"38400000-8cf0-11bd-b23e-10b96e40000d","revenue":1e2,"term":"own",
        "install_referrer":"utm_source=google-play&utm_term=x&gclid=1%2B2","ip":"203.0.113.7","properties":{}}
        """);

    public static readonly string Array = "[" + Click + ",\n" + Purchase + ", {\"type\":3} ," + Install
        + "] ";

    public static readonly string Lines = Click + "\n" + Purchase + "\r\n\n{bad\n" + Install + "\n";

    /// <summary>The purchase over several lines, as a person would write it.</summary>
    public static readonly string OverLines = Purchase.Replace(",\"", ",\r\n\t\"");

    public static TheoryData<string> All => [Click, Purchase, OverLines, Install, Array, Lines];

    private static string OneLine(string text) => text.ReplaceLineEndings("");
}
