using Attribution.Model.Credits;

namespace Attribution.Model.Tests.Support;

/// <summary>A fitted table as a test states it: one weight per channel. Immutable.</summary>
internal sealed class FakeTable(
    CreditModel model, bool shares, params (string Channel, ulong Weight)[] weights) : IFittedTable
{
    private readonly Dictionary<string, ulong> _weights = weights.ToDictionary(w => w.Channel, w => w.Weight);

    public string Hash { get; } = new(model == CreditModel.Markov ? 'a' : 'b', 64);

    public CreditModel Model => model;

    public bool SharesWithinChannel => shares;

    public ulong Weight(string channel, int position) => _weights.GetValueOrDefault(channel);
}
