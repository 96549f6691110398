using Attribution.Engine.Identity;
using Attribution.Model.Configs;

namespace Attribution.Engine.Workers;

/// <summary>What every worker of an engine is built with. Immutable.</summary>
/// <param name="Masks">Those of the identity stage, which mixed them into the persons it named.</param>
internal sealed record WorkerSetup(
    AttributionConfig Config, WorkerOptions Options, ProjectMasks Masks = default);
