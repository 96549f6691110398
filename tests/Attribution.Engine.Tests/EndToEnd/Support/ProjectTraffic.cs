using System.Globalization;
using System.Text;

namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>
/// Random bodies of one project. Two projects draw their ids, click ids, addresses and devices from the same
/// few, so that whatever is not kept apart meets; their campaigns tell whose a touch is. Persons stay small,
/// also where click ids link them as under the mmp profile: what a bound drops depends on the order of
/// events. Stateless.
/// </summary>
internal static class ProjectTraffic
{
    private static readonly string[] Types =
        ["click", "view", "visit", "visit", "install", "open", "signup", "purchase", "purchase", "identify"];

    private static readonly string[] Ids = ["user_id", "anonymous_id", "device_id"];

    private static readonly string[] Agents =
    [
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile", "App/1 (iPhone; iOS 17.5)",
        "Mozilla/5.0 (Linux; Android 13; SM-A536B)",
    ];

    /// <summary>Bodies in the order to send them; their times lie within the last days.</summary>
    public static List<string> Bodies(string project, int seed, int count)
    {
        var random = new Random(seed);
        DateTime end = DateTime.UtcNow.Date;
        var bodies = new List<string>();
        for (int i = 0; i < count; i++)
        {
            var body = new StringBuilder();
            for (int events = 1 + random.Next(4); events > 0; events--)
                body.Append(Event(project, random, end)).Append('\n');
            bodies.Add(body.ToString());
        }

        return bodies;
    }

    private static string Event(string project, Random random, DateTime end)
    {
        if (random.Next(12) == 0)
            return $$"""{"type":3,"user_id":"rejected of {{project}} {{random.Next(50)}}"}""";
        var fields = new List<string>
        {
            Text("type", Types[random.Next(Types.Length)]),
            Text("timestamp", end.AddMinutes(-random.Next(3 * 24 * 60)).ToString(
                "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            Text("ip", $"203.0.113.{random.Next(8)}"),
            Text("user_agent", Agents[random.Next(Agents.Length)]),
            Text("campaign", $"{project}-{random.Next(5)}"),
            Text("source", "shared"),
            Text(Ids[random.Next(3)], $"id-{random.Next(40)}"),
        };
        if (random.Next(4) == 0)
            fields.Add(Text("click_id", $"click-{random.Next(1200)}"));
        if (random.Next(3) == 0)
            fields.Add(Text("project", "other"));
        // Some events come twice, some without an id of their own.
        if (random.Next(5) > 0)
            fields.Add(Text("event_id", $"event-{random.Next(2000)}"));
        if (random.Next(4) == 0)
            fields.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"revenue\":{random.Next(1000)},\"currency\":\"EUR\""));
        string second = Ids[random.Next(3)];
        if (random.Next(12) == 0 && !fields.Any(field => field.Contains(second, StringComparison.Ordinal)))
            fields.Add(Text(second, $"id-{random.Next(40)}"));
        return "{" + string.Join(',', fields) + "}";
    }

    private static string Text(string name, string value) => $"\"{name}\":\"{value}\"";
}
