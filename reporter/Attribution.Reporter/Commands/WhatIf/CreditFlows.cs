namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>From which channel to which, in which currency. A value.</summary>
/// <param name="From">Where the credit was; <see cref="CreditFlows.Nowhere"/> where it was not.</param>
internal readonly record struct FlowKey(string From, string To, string Currency);

/// <summary>How much flowed. A value.</summary>
/// <param name="Conversions">Conversions of which some credit flowed this way.</param>
/// <param name="Credit">Millionths.</param>
/// <param name="Value">Ten-thousandths of the major unit.</param>
internal readonly record struct FlowSum(long Conversions, Int128 Credit, Int128 Value)
{
    public static FlowSum operator +(FlowSum one, FlowSum other) =>
        new(one.Conversions + other.Conversions, one.Credit + other.Credit, one.Value + other.Value);
}

/// <summary>
/// Credit and value by where they were under one config and where they are under another; what stays, flows
/// from a channel to itself. Sums over one end are that config's totals, exactly. Not thread-safe; its memory
/// is bounded by the channels, squared, times the currencies.
/// </summary>
internal sealed class CreditFlows
{
    /// <summary>In place of a channel: the conversion does not count there, or its credits sum to less.
    /// </summary>
    public const string Nowhere = "";

    private readonly Dictionary<FlowKey, FlowSum> _sums = [];

    public IReadOnlyDictionary<FlowKey, FlowSum> Sums => _sums;

    public void Add(FlowKey key, FlowSum sum) => _sums[key] = _sums.GetValueOrDefault(key) + sum;

    public void Merge(CreditFlows other)
    {
        foreach ((FlowKey key, FlowSum sum) in other._sums)
            Add(key, sum);
    }

    /// <summary>One conversion's: credits and values each flow from what is too much to what is missing.
    /// </summary>
    public void AddConversion(
        string currency, IReadOnlyList<ChannelCredit> former, IReadOnlyList<ChannelCredit> latter)
    {
        var flows = new Dictionary<(string From, string To), (Int128 Credit, Int128 Value)>();
        Transport(former, latter, credit => credit.Credit, (from, to, amount) =>
        {
            (Int128 credit, Int128 value) = flows.GetValueOrDefault((from, to));
            flows[(from, to)] = (credit + amount, value);
        });
        Transport(former, latter, credit => credit.Value, (from, to, amount) =>
        {
            (Int128 credit, Int128 value) = flows.GetValueOrDefault((from, to));
            flows[(from, to)] = (credit, value + amount);
        });
        foreach (((string from, string to), (Int128 credit, Int128 value)) in flows)
            Add(new FlowKey(from, to, currency), new FlowSum(1, credit, value));
    }

    /// <summary>Refunds have negative values: those flow apart, with the sign turned twice.</summary>
    private static void Transport(
        IReadOnlyList<ChannelCredit> former, IReadOnlyList<ChannelCredit> latter,
        Func<ChannelCredit, long> amount, Action<string, string, Int128> flow)
    {
        ChannelTransport.Between(
            ByChannel(former, credit => Math.Max(amount(credit), 0)),
            ByChannel(latter, credit => Math.Max(amount(credit), 0)),
            flow);
        ChannelTransport.Between(
            ByChannel(former, credit => -Int128.Min(amount(credit), 0)),
            ByChannel(latter, credit => -Int128.Min(amount(credit), 0)),
            (from, to, quantity) => flow(from, to, -quantity));
    }

    public static SortedDictionary<string, Int128> ByChannel(
        IReadOnlyList<ChannelCredit> credits, Func<ChannelCredit, Int128> amount)
    {
        var sums = new SortedDictionary<string, Int128>(StringComparer.Ordinal);
        foreach (ChannelCredit credit in credits)
        {
            if (amount(credit) is var quantity && quantity != 0)
                sums[credit.Channel] = sums.GetValueOrDefault(credit.Channel) + quantity;
        }

        return sums;
    }
}
