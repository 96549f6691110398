using Attribution.ClickHouse.Http;

namespace Attribution.Reporter.Commands;

/// <summary>
/// Turns rows of (key, model, currency) into one line per key, with the totals. Owned by one command.
/// </summary>
internal sealed class CreditPivot
{
    private const decimal Millionths = 1_000_000m;

    private readonly Dictionary<string, CreditLine> _lines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _models = [];
    private readonly HashSet<string> _currencies = [];

    public IReadOnlyCollection<CreditLine> Lines => _lines.Values;

    /// <summary>Everything; its conversions are counted per line, so use its credit to count them.</summary>
    public CreditLine Total { get; } = new([]);

    /// <summary>The models met, in the engine's order.</summary>
    public IReadOnlyList<string> Models => [.. _models.InOrder(name => name)];

    /// <summary>Those in which anything has a value, by their codes.</summary>
    public IReadOnlyList<string> Currencies =>
        [.. _currencies.Where(Total.HasValue).Order(StringComparer.Ordinal)];

    public static async Task<CreditPivot> ReadAsync(Rows rows, string[] keys, CancellationToken cancel)
    {
        var pivot = new CreditPivot();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            var sum = new CreditSum(
                row.GetInt64("conversions"),
                row.GetUInt64("credit_millionths") / Millionths,
                row.GetDecimal("value"));
            pivot.Add(Texts(row, keys), row.GetString("model"), row.GetString("currency"), sum);
        }

        return pivot;
    }

    /// <summary>The lines that earned most under the model first; equal ones by their key.</summary>
    public List<CreditLine> Ranked(string model) => [.. Lines
        .OrderByDescending(line => line.Credit(model))
        .ThenBy(line => string.Join('\0', line.Key), StringComparer.Ordinal)];

    public void Add(string[] key, string model, string currency, CreditSum sum)
    {
        // Lengths keep keys apart whose texts hold any separator that could be chosen.
        string name = string.Concat(key.Select(part => $"{part.Length}:{part}"));
        if (!_lines.TryGetValue(name, out CreditLine? line))
            _lines[name] = line = new CreditLine(key);
        line.Add(model, currency, sum);
        Total.Add(model, currency, sum);
        _models.Add(model);
        _currencies.Add(currency);
    }

    private static string[] Texts(Row row, string[] columns)
    {
        var texts = new string[columns.Length];
        for (int at = 0; at < texts.Length; at++)
            texts[at] = row.GetString(columns[at]);
        return texts;
    }
}
