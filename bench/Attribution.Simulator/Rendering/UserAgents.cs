using System.Text;
using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Rendering;

/// <summary>The user agents of browsers and apps. Constants; shared.</summary>
internal static class UserAgents
{
    private static readonly byte[][] Browsers =
    [
        .. from text in (string[])
            [
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                    + "Chrome/141.0.0.0 Safari/537.36",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    + "Version/26.0 Safari/605.1.15",
                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                    + "Chrome/141.0.0.0 Mobile Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
                    + "(KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
            ]
           select Encoding.ASCII.GetBytes(text),
    ];

    /// <summary>Two of five app users carry an Apple device.</summary>
    public static bool IsApple(in Person person) => person.Style % 5 < 2;

    public static ReadOnlySpan<byte> Of(in Person person, bool isApp, bool isSecondBrowser)
    {
        if (isApp)
            return IsApple(person) ? "Acme/7.2 (iPhone15,3; iOS 18.6)"u8 : "Acme/7.2 (Android 15; Pixel 8)"u8;
        return Browsers[((person.Style >> 8) + (isSecondBrowser ? 3 : 0)) % (uint)Browsers.Length];
    }
}
