using Attribution.Model.Configs;
using Attribution.Replay.Sinks;

namespace Attribution.Bench.Truths;

/// <summary>What each model of a config credits to each channel, in conversions. Immutable.</summary>
internal sealed class CreditTable(AttributionConfig config, TotalsSink totals)
{
    private readonly Dictionary<(string Model, string Channel), double> _credits = totals.Channels()
        .GroupBy(total => (total.Model, total.Channel))
        .ToDictionary(group => group.Key, group => (double)group.Sum(total => total.Credit));

    public IReadOnlyList<string> Models { get; } = [.. config.Models.Select(model => model.Name)];

    public double this[string model, string channel] => _credits.GetValueOrDefault((model, channel));
}
