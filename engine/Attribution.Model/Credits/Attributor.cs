using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// Shares one conversion among the touches before it, under every model of one config, in one pass.
/// Immutable: any number of threads may share it, each with a result of its own.
/// </summary>
public sealed class Attributor(AttributionConfig config)
{
    public AttributionConfig Config { get; } = config;

    /// <summary>Fills <paramref name="result"/>; allocates nothing.</summary>
    /// <param name="touches">The history in total order (time, event id), at most the result's capacity.</param>
    /// <param name="conversion">The conversion to share.</param>
    /// <param name="result">Overwritten; one that this config's models fit.</param>
    public void Attribute(ReadOnlySpan<Touch> touches, in Conversion conversion, AttributionResult result) =>
        throw new NotImplementedException();
}
