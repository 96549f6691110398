using Attribution.Model.Configs;

namespace Attribution.Reporter.Configs;

/// <summary>Stub until the replay branch comes.</summary>
internal static class ConfigSource
{
    public static async Task<AttributionConfig> LoadAsync(
        ReportSession session, string text, CancellationToken cancel)
    {
        await Task.Yield();
        if (File.Exists(text))
            return AttributionConfig.Parse(await File.ReadAllBytesAsync(text, cancel).ConfigureAwait(false));
        return text switch
        {
            "web" => AttributionConfig.Web,
            "mmp" => AttributionConfig.Parse("{\"name\":\"mmp\",\"windows\":{\"click\":\"7d\"}}"u8),
            _ => throw new ReportException($"no config '{text}' in {session.Settings.Project}"),
        };
    }
}
