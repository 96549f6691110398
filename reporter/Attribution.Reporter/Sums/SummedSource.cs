using System.Security.Cryptography;
using System.Text;
using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Sums;

/// <summary>
/// What days are summed of: the tables whose rows count, and the lists of fields that sums are stored by. Any
/// other list makes other sums, so the lists are a part of what proves them. Immutable.
/// </summary>
/// <param name="Name">As <c>summed_days</c> names it.</param>
/// <param name="Tables">Their names, with commas between.</param>
/// <param name="SumTable">Where its sums are stored.</param>
/// <param name="Lists">Names of fields with commas between; the empty one is all together.</param>
internal sealed record SummedSource(
    string Name, string Tables, string SumTable, IReadOnlyList<string> Lists)
{
    private const char Comma = ',';

    /// <summary>
    /// Credit by fields of touches. A conversion counts once per line, which does not add up over several
    /// fields: the lists are what commands group by.
    /// </summary>
    public static SummedSource Touches { get; } = new(
        "attributions",
        "attributions",
        "credit_sums",
        ["", "channel", "source", "medium", "campaign", "source,medium", "campaign,channel,source,medium"]);

    /// <summary>Credit by fields of the conversion's event: a day's rows of both tables count.</summary>
    public static SummedSource ConversionEvents { get; } =
        new("attributions,events", "attributions,events", "credit_sums", ["", "country"]);

    /// <summary>How many events there were.</summary>
    public static SummedSource Events { get; } = new("events", "events", "event_sums", [""]);

    /// <summary>
    /// What <c>quality</c> counts of events, by what it lists where nobody says otherwise. One field's lines
    /// add up to the total.
    /// </summary>
    public static SummedSource Arrivals { get; } =
        new("arrivals", "events", "arrival_sums", ["type", "source"])
        {
            Meaning = Hash(SqlFile.Load("quality_arrived") + SqlFile.Load("quality_counts")),
        };

    /// <summary>Tells sums apart that a later version counts in another way.</summary>
    private string Meaning { get; init; } = "";

    public static IReadOnlyList<SummedSource> All { get; } = [Touches, ConversionEvents, Events, Arrivals];

    /// <summary>The one that can answer by these fields, and its list; null where there is none.</summary>
    public static (SummedSource Source, string List)? OfCredit(IReadOnlyCollection<string> fields)
    {
        foreach (SummedSource source in (SummedSource[])[Touches, ConversionEvents])
        {
            if (source.Lists.FirstOrDefault(list => fields.ToHashSet().SetEquals(Fields(list))) is { } list)
                return (source, list);
        }

        return null;
    }

    /// <summary>The fields of a list, in order.</summary>
    public static string[] Fields(string list) =>
        list.Split(Comma, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Several texts as one, each a line, without changing a byte of them; what ends a line is written as in
    /// an address. A text of one field stays as it is.
    /// </summary>
    public static string Joined(IReadOnlyList<string> texts)
    {
        IEnumerable<string> lines = texts.Select(
            text => $"replaceAll(replaceAll(toString({text}), '%', '%25'), '\\n', '%0A')");
        return texts.Count switch
        {
            0 => "''",
            1 => texts[0],
            _ => $"concat({string.Join(", '\\n', ", lines)})",
        };
    }

    /// <summary>One of the texts that were joined, by its index.</summary>
    public static string Apart(int index) =>
        $"replaceAll(replaceAll(splitByChar('\\n', text)[{index + 1}], '%0A', '\\n'), '%25', '%')";

    /// <summary>
    /// A query over days with what tells their parts, and which days have all their sums by the lists that
    /// it is asked with.
    /// </summary>
    /// <param name="file">Of <c>Queries</c>.</param>
    /// <param name="open">A condition on its days.</param>
    public string Sql(string file, string open = "") => SqlFile.Load(
        file,
        ("open", open),
        ("parts", SqlFile.Load("sums_parts").TrimEnd()),
        ("hash", SqlFile.Load("sums_hash").TrimEnd()),
        ("whole", Stored("sums_whole").TrimEnd()));

    /// <summary>A query over the sums that are stored.</summary>
    public string Stored(string file) => SqlFile.Load(
        file,
        ("sums", SumTable),
        ("list", SumTable == Events.SumTable ? "''" : "field"),
        ("of_days", SqlFile.Load("sums_of_days").TrimEnd()));

    public QueryParameters AddTo(QueryParameters parameters) => parameters
        .Add("source", Name)
        .Add("tables", Tables.Split(Comma))
        .Add("stored_lists", Meaning.Length == 0 ? Lists : [.. Lists, Meaning]);

    private static string Hash(string sql) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
}
