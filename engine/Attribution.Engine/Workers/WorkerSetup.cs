using Attribution.Model.Configs;

namespace Attribution.Engine.Workers;

/// <summary>What every worker of an engine is built with. Immutable.</summary>
internal sealed record WorkerSetup(AttributionConfig Config, WorkerOptions Options);
