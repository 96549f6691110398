using System.Globalization;
using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.Faults.ClickHouse;

namespace Attribution.Faults.Simulation;

/// <summary>A row that stands after rows of one key are taken together. A value.</summary>
/// <param name="Sequence">Its sequence; of attributions, the version.</param>
/// <param name="Text">Every column but that one and the insert's id; of a letter, its reason.</param>
internal readonly record struct StandingRow(ulong Sequence, string Id, string Text);

/// <summary>
/// What a reader of the tables sees through FINAL: of each key one row, the one of the highest version, or
/// the last one. Read once, by one thread.
/// </summary>
internal sealed class StoredTables
{
    private readonly StringBuilder _text = new();

    public StoredTables(SimulatedClickHouse clickHouse)
    {
        foreach (StoredBlock block in clickHouse.Blocks)
        {
            ReadBlock rows = clickHouse.Read(block);
            for (int row = 0; row < rows.RowCount; row++)
                Take(block, rows, row);
        }
    }

    public Dictionary<string, StandingRow> Events { get; } = [];

    public Dictionary<string, StandingRow> Attributions { get; } = [];

    public Dictionary<string, StandingRow> Identities { get; } = [];

    /// <summary>By their key; the id is the sender's, found in the body.</summary>
    public Dictionary<string, StandingRow> Letters { get; } = [];

    /// <summary>Attributions of which two rows of one version differ: either may be shown.</summary>
    public HashSet<string> Undecided { get; } = [];

    private void Take(StoredBlock block, ReadBlock rows, int row)
    {
        ulong sequence = block.Sequences[row];
        switch (block.Table)
        {
            case "events":
                Events[Text(rows, row, "project", "timestamp", "event_id")] =
                    new StandingRow(sequence, rows["event_id"].GetString(row), WholeText(rows, row));
                break;
            case "attributions":
                TakeAttribution(rows, row, sequence);
                break;
            case "identities":
                Identities[Text(rows, row, "project", "id_kind", "id", "other_kind", "other_id")] =
                    new StandingRow(sequence, rows["event_id"].GetString(row), "");
                break;
            default:
                string key = Text(rows, row, "project", "received_at", "sequence", "reason");
                string reason = rows["reason"].GetString(row);
                Letters[key] = new StandingRow(sequence, NameIn(rows["body"].GetString(row)), reason);
                break;
        }
    }

    private void TakeAttribution(ReadBlock rows, int row, ulong version)
    {
        string key = Text(rows, row, "project", "conversion_time", "conversion_id", "config", "model");
        bool isKnown = Attributions.TryGetValue(key, out StandingRow known);
        if (isKnown && known.Sequence > version)
            return;

        var standing = new StandingRow(
            version, rows["conversion_id"].GetString(row), WholeText(rows, row));
        if (!isKnown || known.Sequence < version)
            Undecided.Remove(key);
        else if (known.Text != standing.Text)
            Undecided.Add(key);
        Attributions[key] = standing;
    }

    /// <summary>
    /// A rejected body has the sender's id in it; a row that was refused, its mark among its properties.
    /// </summary>
    private static string NameIn(string body)
    {
        string name = Between(body, "\"event_id\":\"");
        return name.Length > 0 ? name : Between(body, "{\"mark\":\"");
    }

    private static string Between(string body, string before)
    {
        int start = body.IndexOf(before, StringComparison.Ordinal);
        if (start < 0)
            return "";
        start += before.Length;
        return body[start..body.IndexOf('"', start)];
    }

    private string WholeText(ReadBlock rows, int row)
    {
        _text.Clear();
        foreach (ReadColumn column in rows.Columns)
        {
            if (column.Name is "sequence" or "version" or "block")
                continue;
            _text.Append(column.Name).Append('=');
            Append(column.GetValue(row));
            _text.Append('\n');
        }

        return _text.ToString();
    }

    private string Text(ReadBlock rows, int row, params ReadOnlySpan<string> columns)
    {
        _text.Clear();
        foreach (string column in columns)
        {
            Append(rows[column].GetValue(row));
            _text.Append('|');
        }

        return _text.ToString();
    }

    private void Append(object? value)
    {
        switch (value)
        {
            case object?[] items:
                foreach (object? item in items)
                {
                    Append(item);
                    _text.Append(',');
                }

                break;
            case DateTime time:
                _text.Append(time.Ticks);
                break;
            default:
                _text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
