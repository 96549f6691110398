using System.Globalization;
using System.Text;

namespace Attribution.Engine.Tests.Ingest.Support;

/// <summary>
/// Writes JSON as some sender might: its order, white space and escapes are random. Owned by one test.
/// </summary>
internal sealed class JsonHand(Random random)
{
    public string Write(List<(string Name, string Json)> fields)
    {
        (string Name, string Json)[] shuffled = [.. fields];
        random.Shuffle(shuffled);
        var json = new StringBuilder("{");
        for (int i = 0; i < shuffled.Length; i++)
        {
            json.Append(i == 0 ? "" : ",").Append(Space()).Append(Text(shuffled[i].Name)).Append(Space());
            json.Append(':').Append(Space()).Append(shuffled[i].Json).Append(Space());
        }

        return json.Append('}').ToString();
    }

    public string Text(string value)
    {
        var json = new StringBuilder("\"");
        bool escapesMuch = random.Next(3) == 0;
        foreach (Rune rune in value.EnumerateRunes())
        {
            bool mustEscape = rune.Value is < 0x20 or '"' or '\\';
            if (!mustEscape && (!escapesMuch || random.Next(2) == 0))
                json.Append(rune.ToString());
            else
                Escape(json, rune);
        }

        return json.Append('"').ToString();
    }

    private void Escape(StringBuilder json, Rune rune)
    {
        int letter = "\"\\/\b\f\n\r\t".IndexOf((char)rune.Value, StringComparison.Ordinal);
        if (rune.IsAscii && letter >= 0 && random.Next(2) == 0)
        {
            json.Append('\\').Append("\"\\/bfnrt"[letter]);
            return;
        }

        foreach (char unit in rune.ToString())
        {
            string format = random.Next(2) == 0 ? "x4" : "X4";
            json.Append("\\u").Append(((int)unit).ToString(format, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>No line ends: events are also written one per line.</summary>
    private string Space() => random.Next(4) == 0 ? " \t"[..random.Next(1, 3)] : "";
}
