using System.Text.Json;

namespace Attribution.Reporter.Tests.Support;

/// <summary>Reads what a page draws itself from. Stateless.</summary>
internal static class PageData
{
    public static JsonElement Of(string html)
    {
        const string Start = "id=\"data\">";
        int begin = html.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = html.IndexOf("</script>", begin, StringComparison.Ordinal);
        return JsonDocument.Parse(html[begin..end]).RootElement;
    }

    public static JsonElement Section(string html, string id) => Of(html).GetProperty("sections")
        .EnumerateArray().Single(section => section.GetProperty("id").GetString() == id);

    /// <summary>The first table's rows as a pipe has them.</summary>
    public static string[][] Rows(JsonElement section) =>
    [
        .. section.GetProperty("tables")[0].GetProperty("rows").EnumerateArray().Select(row => row
            .EnumerateArray().Select(cell => cell.ValueKind switch
            {
                JsonValueKind.Null => "\\N",
                JsonValueKind.String => cell.GetString()!,
                _ => cell.GetRawText(),
            }).ToArray()),
    ];
}
