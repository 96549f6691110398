using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Attribution.Reporter.Tests.Support;

/// <summary>Compares what a browser shows with what the page holds. Stateless.</summary>
internal static partial class PageShown
{
    /// <summary>Every section with its words, rows, totals, notes and SQL; links and figures above.</summary>
    /// <param name="data">What the page draws itself from.</param>
    /// <param name="seen">What <c>look.mjs</c> saw.</param>
    public static void AssertWhole(JsonElement data, JsonElement seen)
    {
        JsonElement[] sections = [.. data.GetProperty("sections").EnumerateArray()];
        JsonElement[] shown = [.. seen.GetProperty("cells").EnumerateArray()];
        string[] ids = [.. sections.Select(section => Text(section, "id"))];
        Assert.Equal(ids, shown.Select(section => Text(section, "id")));
        Assert.Equal(ids.Select(id => $"#{id}"), Texts(seen, "links"));
        Assert.Equal([Text(data, "title")], Texts(seen, "title"));
        Assert.Equal([Text(data, "about")], Texts(seen, "head"));
        foreach ((JsonElement section, JsonElement drawn) in sections.Zip(shown))
            AssertSection(section, drawn);
        AssertFacts(data, seen);
    }

    private static void AssertSection(JsonElement section, JsonElement drawn)
    {
        Assert.Equal(Texts(section, "notes"), Texts(drawn, "notes"));
        string[] empty = section.GetProperty("empty").GetString() is { } text ? [text] : [];
        Assert.Equal([Text(section, "about"), .. empty], Texts(drawn, "said"));
        Assert.Equal([Text(section, "command"), .. Texts(section, "sql")], Texts(drawn, "pre"));
        foreach (JsonElement table in section.GetProperty("tables").EnumerateArray())
            AssertTable(table, drawn);
    }

    private static void AssertTable(JsonElement table, JsonElement drawn)
    {
        JsonElement[] columns = [.. table.GetProperty("columns").EnumerateArray()];
        string[] kinds = [.. columns.Select(column => Text(column, "kind"))];
        Assert.Equal(columns.Select(column => Text(column, "title")), Texts(drawn, "titles"));
        JsonElement[] rows = [.. table.GetProperty("rows").EnumerateArray()];
        JsonElement[] lines = [.. drawn.GetProperty("rows").EnumerateArray()];
        Assert.Equal(rows.Length, lines.Length);
        foreach ((JsonElement row, JsonElement line) in rows.Zip(lines))
            Assert.All(
                row.EnumerateArray().Zip(line.EnumerateArray(), kinds),
                cell => AssertCell(cell.First, cell.Second, cell.Third));
        int?[] open = [.. table.GetProperty("open").EnumerateArray()
            .Select(at => at.ValueKind == JsonValueKind.Number ? at.GetInt32() : (int?)null)];
        if (open.Length > 0)
            Assert.Equal(open, lines.Select(MarkedCell));
        if (table.GetProperty("totals").ValueKind == JsonValueKind.Null)
            return;
        Assert.All(
            table.GetProperty("totals").EnumerateArray().Zip(Texts(drawn, "foot"), kinds).Skip(1),
            cell => Assert.Equal(Shown(cell.First, cell.Third), cell.Second));
        Assert.Equal("Total", Texts(drawn, "foot")[0]);
    }

    /// <summary>The one cell that may still grow; null where none of the line may.</summary>
    private static int? MarkedCell(JsonElement line)
    {
        (int At, JsonElement Cell)[] marked = [.. line.EnumerateArray().Index()
            .Where(cell => Text(cell.Item, "text").StartsWith('~'))];
        return marked.Length == 0 ? null : Assert.Single(marked).At;
    }

    private static void AssertCell(JsonElement value, JsonElement cell, string kind)
    {
        Assert.Equal(Shown(value, kind), Text(cell, "text").TrimStart('~'));
        if (value.ValueKind != JsonValueKind.Number || kind == "text")
            return;
        Assert.Equal(
            value.GetDouble(), double.Parse(Text(cell, "value"), CultureInfo.InvariantCulture));
        if (kind == "change" && value.GetDecimal() != 0)
            Assert.Contains(
                value.GetDecimal() > 0 ? "up" : "down", Text(cell, "kind").Split(' '));
    }

    /// <summary>As people read a value of that kind.</summary>
    private static string Shown(JsonElement value, string kind)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (value.ValueKind == JsonValueKind.Null)
            return "";
        if (value.ValueKind != JsonValueKind.Number || kind == "text")
            return value.ToString();
        decimal number = value.GetDecimal();
        return kind switch
        {
            "number" => value.GetDouble().ToString(invariant),
            "count" => Rounded(number, 0).ToString("#,##0", invariant),
            "share" => Rounded(number * 100, 1).ToString("#,##0.0", invariant) + "%",
            "change" => (number > 0 ? "+" : "")
                + Rounded(number * 100, 1).ToString("#,##0.0", invariant) + "%",
            "seconds" => Clock(TimeSpan.FromSeconds((double)Rounded(number, 0))),
            _ => Rounded(number, 2).ToString("#,##0.00", invariant),
        };
    }

    private static decimal Rounded(decimal number, int digits) =>
        decimal.Round(number, digits, MidpointRounding.AwayFromZero);

    private static string Clock(TimeSpan span) =>
        (span.Days > 0 ? $"{span.Days}d " : "") + span.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);

    /// <summary>The large numbers: each currency's is its own.</summary>
    private static void AssertFacts(JsonElement data, JsonElement seen)
    {
        JsonElement[] facts = [.. data.GetProperty("facts").EnumerateArray()];
        string[] shown = Texts(seen, "facts");
        Assert.Equal(facts.Length, shown.Length);
        foreach ((JsonElement fact, string text) in facts.Zip(shown))
        {
            JsonElement change = fact.GetProperty("change");
            string expected = Shown(fact.GetProperty("value"), Text(fact, "kind")) + Text(fact, "name")
                + (change.ValueKind == JsonValueKind.Null ? "" : $" {Shown(change, "change")}");
            Assert.Equal(expected, Spaces().Replace(text, " "));
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string[] Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(each => each.GetString()!)];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
