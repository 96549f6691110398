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

    /// <summary>Everything, each conversion counted once.</summary>
    public CreditLine Total { get; } = new([]);

    /// <summary>The models met, in the engine's order.</summary>
    public IReadOnlyList<string> Models => [.. _models.InOrder(name => name)];

    /// <summary>Those in which anything has a value, by their codes.</summary>
    public IReadOnlyList<string> Currencies =>
        [.. _currencies.Where(Total.HasValue).Order(StringComparer.Ordinal)];

    /// <param name="rows">As <see cref="Fields.CreditQuery"/> asks for them.</param>
    /// <param name="keys">How many fields they are grouped by.</param>
    /// <param name="cancel">Ends it early.</param>
    public async Task AddAsync(Rows rows, int keys, CancellationToken cancel)
    {
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            var sum = new CreditSum(
                row.GetInt64("conversions"),
                row.GetUInt64("credit_millionths") / Millionths,
                row.GetDecimal("value"));
            string model = row.GetString("model");
            string currency = row.GetString("currency");
            if (row.GetInt64("is_total") == 1)
                Total.Add(model, currency, sum);
            else
                Add(Texts(row, keys), model, currency, sum);
        }
    }

    /// <summary>The lines that earned most under the model first; equal ones by their key.</summary>
    /// <param name="model">Whose credit decides.</param>
    /// <param name="others">Lines of these too, which earned nothing here.</param>
    public List<CreditLine> Ranked(string model, CreditPivot? others = null) => [.. Lines
        .Concat((others?.Lines ?? []).Where(line => !_lines.ContainsKey(KeyText.Of(line.Key)))
            .Select(line => new CreditLine(line.Key)))
        .OrderByDescending(line => line.Credit(model))
        .ThenBy(line => string.Join('\0', line.Key), StringComparer.Ordinal)];

    /// <summary>The line of a key; one that earned nothing where there is none.</summary>
    public CreditLine Line(string[] key) => _lines.GetValueOrDefault(KeyText.Of(key)) ?? new CreditLine(key);

    private void Add(string[] key, string model, string currency, CreditSum sum)
    {
        string name = KeyText.Of(key);
        if (!_lines.TryGetValue(name, out CreditLine? line))
            _lines[name] = line = new CreditLine(key);
        line.Add(model, currency, sum);
        _models.Add(model);
        _currencies.Add(currency);
    }

    private static string[] Texts(Row row, int keys)
    {
        var texts = new string[keys];
        for (int at = 0; at < keys; at++)
            texts[at] = row.GetString(at);
        return texts;
    }
}
