using Attribution.Model.Channels;
using Attribution.Model.Journeys;

namespace Attribution.Model.Conditions;

/// <summary>
/// What rules may ask besides the event itself: what it is as a touch. Lives on the stack of one decision;
/// <c>default</c> stands for an event that is no touch, where all of it is absent.
/// </summary>
public readonly ref struct ConditionContext
{
    internal readonly TrafficSource Traffic;

    internal ConditionContext(TouchKind kind, TrafficSource traffic)
    {
        Kind = kind;
        Traffic = traffic;
    }

    /// <summary>0 where the event is no touch.</summary>
    public TouchKind Kind { get; }

    internal bool IsTouch => Kind != 0;
}
