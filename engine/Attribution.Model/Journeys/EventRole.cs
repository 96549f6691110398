namespace Attribution.Model.Journeys;

/// <summary>What one event means to attribution: a touch, a conversion, both or neither. A value.</summary>
public readonly struct EventRole
{
    public bool IsTouch { get; init; }

    /// <summary>Valid where <see cref="IsTouch"/>.</summary>
    public TouchKind Kind { get; init; }

    public bool IsConversion { get; init; }

    /// <summary>Index into the config's channels; valid where <see cref="IsTouch"/>.</summary>
    public ushort Channel { get; init; }

    /// <summary>The touch's channel is the config's direct channel.</summary>
    public bool IsDirect { get; init; }
}
