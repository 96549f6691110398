using System.Globalization;
using System.Text.Json.Nodes;

namespace Attribution.Replay.Tests.Support;

/// <summary>An event as a test writes it into <c>events</c>. Immutable.</summary>
public sealed record TestEvent
{
    public required string Id { get; init; }
    public required string Type { get; init; }

    /// <summary>UTC, whole milliseconds.</summary>
    public required DateTime Time { get; init; }
    public string Project { get; init; } = "default";
    public string User { get; init; } = "";
    public string Anonymous { get; init; } = "";
    public string Device { get; init; } = "";
    public string InstallReferrer { get; init; } = "";
    public string Source { get; init; } = "";
    public string Medium { get; init; } = "";
    public string Campaign { get; init; } = "";
    public string ClickId { get; init; } = "";
    public string Url { get; init; } = "";
    public string Referrer { get; init; } = "";
    public string UserAgent { get; init; } = "";
    public string Ip { get; init; } = "::";
    public string Properties { get; init; } = "";
    public decimal? Revenue { get; init; }
    public string Currency { get; init; } = "";
    public ulong Sequence { get; init; }

    public long TimeMillis => new DateTimeOffset(Time).ToUnixTimeMilliseconds();

    /// <summary>One line of JSONEachRow.</summary>
    public string ToRow()
    {
        string time = Time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var row = new JsonObject
        {
            ["project"] = Project,
            ["event_id"] = Id,
            ["type"] = Type,
            ["timestamp"] = time,
            ["received_at"] = time,
            ["user_id"] = User,
            ["anonymous_id"] = Anonymous,
            ["device_id"] = Device,
            ["install_referrer"] = InstallReferrer,
            ["source"] = Source,
            ["medium"] = Medium,
            ["campaign"] = Campaign,
            ["click_id"] = ClickId,
            ["url"] = Url,
            ["referrer"] = Referrer,
            ["user_agent"] = UserAgent,
            ["ip"] = Ip,
            ["properties"] = Properties,
            ["revenue"] = Revenue?.ToString(CultureInfo.InvariantCulture),
            ["currency"] = Currency,
            ["sequence"] = Sequence,
        };
        return row.ToJsonString();
    }
}
