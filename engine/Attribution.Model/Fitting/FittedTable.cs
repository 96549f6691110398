using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Attribution.Model.Credits;

namespace Attribution.Model.Fitting;

/// <summary>
/// A data-driven model after its fit, as a config names it by hash: whole-number weights, rounded once from
/// the fit, so that whoever applies them gets the same bits on every machine. Immutable: any number of
/// threads may share it.
/// </summary>
/// <remarks>
/// How the weights share one conversion among the journey's eligible touches, oldest first; shares are then
/// the touches' weights over their sum, by largest remainder, as with every other model:
/// <list type="bullet">
/// <item><c>markov</c>: each touch weighs its channel's weight; a channel that was touched twice counts
/// twice.</item>
/// <item><c>shapley</c>, <c>shapley_rate</c>: each channel weighs its weight once, split equally among its
/// touches.</item>
/// <item><c>shapley_ordered</c>: each touch weighs what its channel weighs at that position.</item>
/// </list>
/// Transforms shaped the paths of the fit; the touches of a journey are taken as they are. There is no table
/// of a fit by <c>frequency</c>, whose channels carry counts that a touch does not have. A channel that the
/// fit never saw weighs 0. Where all touches weigh 0, they share equally. <see cref="FittedWeigher"/> is
/// that rule.
/// </remarks>
public sealed class FittedTable : IFittedTable
{
    /// <summary>What weighs one whole: a removal effect of 1, or a share of all conversions of 1.</summary>
    public const long WeightOfOne = 1_000_000_000;

    /// <summary>Channels of one table at most.</summary>
    public const int MaxChannels = 10_000;

    private readonly SortedDictionary<string, long[]> _weights;

    /// <param name="kind">Decides how many weights a channel has: one, or one per position.</param>
    /// <param name="order">Of a Markov chain; 0 for the other kinds.</param>
    /// <param name="transforms">In the order in which they were applied.</param>
    /// <param name="weights">Validated; owned by the table from here on.</param>
    internal FittedTable(
        FittedKind kind, int order, IReadOnlyList<PathTransform> transforms,
        SortedDictionary<string, long[]> weights)
    {
        Kind = kind;
        Order = order;
        Transforms = transforms;
        _weights = weights;
        CanonicalJson = Configs.CanonicalJson.Write(ToJson());
        Hash = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Span));
    }

    public FittedKind Kind { get; }

    /// <summary>Of a Markov chain, 1 to 4; 0 for the other kinds.</summary>
    public int Order { get; }

    public IReadOnlyList<PathTransform> Transforms { get; }

    /// <summary>In ordinal order.</summary>
    public IReadOnlyCollection<string> Channels => _weights.Keys;

    /// <inheritdoc/>
    public CreditModel Model => Kind == FittedKind.Markov ? CreditModel.Markov : CreditModel.Shapley;

    /// <inheritdoc/>
    public bool SharesWithinChannel => Kind is FittedKind.Shapley or FittedKind.ShapleyRate;

    /// <summary>The document in the form of RFC 8785, UTF-8.</summary>
    public ReadOnlyMemory<byte> CanonicalJson { get; }

    /// <summary>SHA-256 of <see cref="CanonicalJson"/>, lower-case hex: the table's name.</summary>
    public string Hash { get; }

    /// <exception cref="FittedTableException">With everything that is wrong.</exception>
    public static FittedTable Parse(ReadOnlySpan<byte> json) => FittedTableReader.Read(json);

    /// <exception cref="FittedTableException">The fit credits nothing, or a name is no Unicode.</exception>
    public static FittedTable From(MarkovFit fit, IReadOnlyList<PathTransform> transforms) =>
        Create(FittedKind.Markov, fit.Order, transforms, [.. fit.Channels.Select(channel =>
            KeyValuePair.Create(channel.Name, new[] { Whole((decimal)channel.Effect) }))]);

    /// <exception cref="FittedTableException">The fit credits nothing, or a name is no Unicode.</exception>
    public static FittedTable From(ShapleyFit fit, IReadOnlyList<PathTransform> transforms)
    {
        if (fit.Form == ShapleyForm.Ordered)
        {
            decimal all = Math.Max(fit.Totals.Conversions, 1);
            return Create(FittedKind.ShapleyOrdered, 0, transforms, [.. fit.Channels.Select((channel, i) =>
                KeyValuePair.Create(
                    channel.Name, fit.Positions[i].Select(value => Whole(value / all)).ToArray()))]);
        }

        FittedKind kind = fit.Form == ShapleyForm.Rate ? FittedKind.ShapleyRate : FittedKind.Shapley;
        return Create(kind, 0, transforms, [.. fit.Channels.Select(channel =>
            KeyValuePair.Create(channel.Name, new[] { Whole((decimal)channel.Share) }))]);
    }

    /// <summary>The channel's weight, 0 to <see cref="WeightOfOne"/>; 0 for one that the fit never
    /// saw.</summary>
    /// <param name="position">
    /// The touch's place among the eligible touches, 0 for the oldest; counts for <c>shapley_ordered</c>
    /// alone.
    /// </param>
    public ulong Weight(string channel, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return _weights.TryGetValue(channel, out long[]? weights)
            ? (ulong)weights[Math.Min(position, weights.Length - 1)]
            : 0;
    }

    private static FittedTable Create(
        FittedKind kind, int order, IReadOnlyList<PathTransform> transforms,
        IEnumerable<KeyValuePair<string, long[]>> weights)
    {
        if (transforms.Contains(PathTransform.Frequency))
            throw new FittedTableException([FittedTableReader.FrequencyError]);
        var sorted = new SortedDictionary<string, long[]>(StringComparer.Ordinal);
        foreach ((string channel, long[] ofChannel) in weights)
            sorted.Add(channel, ofChannel);
        FittedTableReader.Check(kind, sorted);
        return new FittedTable(kind, order, [.. transforms], sorted);
    }

    private static long Whole(decimal fraction) =>
        (long)decimal.Round(fraction * WeightOfOne, MidpointRounding.ToEven);

    private JsonObject ToJson()
    {
        bool isOrdered = Kind == FittedKind.ShapleyOrdered;
        var weights = new JsonObject();
        foreach ((string channel, long[] ofChannel) in _weights)
        {
            weights.Add(channel, isOrdered
                ? new JsonArray([.. ofChannel.Select(weight => (JsonNode)weight)])
                : ofChannel[0]);
        }

        var document = new JsonObject
        {
            ["version"] = 1,
            ["kind"] = Kind.Name(),
            ["transforms"] = new JsonArray([.. Transforms.Select(transform => (JsonNode)transform.Name())]),
            [isOrdered ? FittedTableReader.PositionsKey : FittedTableReader.WeightsKey] = weights,
        };
        if (Kind == FittedKind.Markov)
            document["order"] = Order;
        return document;
    }
}
