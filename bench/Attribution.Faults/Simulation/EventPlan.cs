using System.Globalization;
using System.Text;

namespace Attribution.Faults.Simulation;

/// <summary>
/// Makes the events of one run: few people with many ids, so that logins merge persons and touches meet
/// conversions; late ones, large ones, bad ones. Stateless but for its randomness.
/// </summary>
internal sealed class EventPlan(Random random, long nowMillis)
{
    private const int People = 4;
    private const long HourMillis = 3_600_000;

    private static readonly string[] Types =
    [
        "click", "click", "click", "visit", "impression", "purchase", "purchase", "signup", "install",
        "identify", "identify", "scroll",
    ];

    public List<PlannedEvent> Make(int count)
    {
        var events = new List<PlannedEvent>(count);
        for (int number = 0; number < count; number++)
            events.Add(Make(string.Create(CultureInfo.InvariantCulture, $"e{number}")));
        return events;
    }

    private PlannedEvent Make(string name)
    {
        if (random.Next(25) == 0)
            return new PlannedEvent(name, Bad(name));

        string type = Types[random.Next(Types.Length)];
        int person = random.Next(People);
        var json = new StringBuilder("{");

        // One without an id gets one by its content, which the mark makes its own.
        bool hasId = random.Next(8) > 0;
        if (hasId)
            Add(json, "event_id", name);
        Add(json, "type", type);
        AddIds(json, person, type == "identify");
        AddTime(json, hasId);
        if (type != "scroll")
            AddOrigin(json, person);
        if (type is "purchase" or "signup" && random.Next(3) > 0)
            json.Append(CultureInfo.InvariantCulture, $",\"revenue\":{random.Next(1, 99_999) / 100m}");
        AddProperties(json, name, type);
        return new PlannedEvent(name, json.Append('}').ToString());
    }

    private string Bad(string name) => random.Next(3) switch
    {
        0 => $$"""{"event_id":"{{name}}","type":"click","user_id":"u","timestamp":"yesterday"}""",
        1 => $$"""{"event_id":"{{name}}","user_id":"nobody said what this is"}""",
        _ => $$"""{"event_id":"{{name}}","type":"click","revenue":"a lot"}""",
    };

    private void AddIds(StringBuilder json, int person, bool isLogin)
    {
        int shape = isLogin ? random.Next(3) : random.Next(3, 8);
        if (shape is 0 or 1 or 3)
            Add(json, "user_id", "user-" + Text(person));
        if (shape is 0 or 4 or 5)
            Add(json, "anonymous_id", "browser-" + Text(person) + (char)('a' + random.Next(3)));
        if (shape is 1 or 2 or 6)
            Add(json, "device_id", "phone-" + Text(person));
        if (shape is 2 or 7)
            Add(json, "anonymous_id", "browser-" + Text(person) + "d");
    }

    private void AddTime(StringBuilder json, bool hasId)
    {
        // Without a time of its own an event is told from its repetition by its id alone.
        if (hasId && random.Next(5) == 0)
            return;

        long hours = random.Next(6) == 0 ? random.Next(24 * 20) : random.Next(30);
        long millis = nowMillis - (hours * HourMillis) - random.Next(3_600_000);
        json.Append(CultureInfo.InvariantCulture, $",\"timestamp\":{millis}");
        if (hasId && random.Next(6) == 0)
            json.Append(CultureInfo.InvariantCulture, $",\"sent_at\":{nowMillis + random.Next(-5000, 5000)}");
    }

    private void AddOrigin(StringBuilder json, int person)
    {
        if (random.Next(3) == 0)
            return;
        Add(json, "source", random.Next(2) == 0 ? "google" : "tiktok");
        Add(json, "campaign", "campaign-" + Text(random.Next(3)));
        if (random.Next(3) == 0)
            Add(json, "click_id", "click-" + Text(person) + "-" + Text(random.Next(4)));
    }

    private void AddProperties(StringBuilder json, string name, string type)
    {
        // Only an event that shows nothing of a person or a touch: where its row lies then changes no other.
        string what = type == "scroll" && random.Next(3) == 0 ? "poison" : "plain";
        int padding = random.Next(10) == 0 ? random.Next(1_000, 9_000) : random.Next(40);
        json.Append(",\"properties\":{\"mark\":\"").Append(name).Append("\",\"kind\":\"").Append(what)
            .Append("\",\"padding\":\"").Append('x', padding).Append("\"}");
    }

    private static void Add(StringBuilder json, string field, string value)
    {
        if (json.Length > 1)
            json.Append(',');
        json.Append('"').Append(field).Append("\":\"").Append(value).Append('"');
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
