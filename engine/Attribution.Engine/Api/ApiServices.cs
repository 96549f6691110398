using Attribution.Engine.Ingest;
using Attribution.Engine.Telemetry;

namespace Attribution.Engine.Api;

/// <summary>What the HTTP interface needs from the rest of the engine. Shared by all requests.</summary>
public sealed record ApiServices
{
    public required Ingestor Ingestor { get; init; }

    public required IProjectResolver Projects { get; init; }

    public required IReadiness Readiness { get; init; }

    public required MetricsText Metrics { get; init; }

    public required RequestMetrics Requests { get; init; }

    /// <summary>What a sender may take.</summary>
    public EdgeOptions Edge { get; init; } = new();

    public required BodyBudget Bodies { get; init; }

    /// <summary>False leaves every connection to the stock lane, for tests that compare the two.</summary>
    public bool HasFastLane { get; init; } = true;

    /// <summary>Batches for the requests in flight.</summary>
    public EventBatchPool Batches { get; init; } = new();
}
