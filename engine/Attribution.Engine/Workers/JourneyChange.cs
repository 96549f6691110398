using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// What one event changed of one person's journey: the conversion it made, and the time within which
/// conversions may have other rows now. A value.
/// </summary>
internal struct JourneyChange
{
    private long _fromMillis;
    private long _toMillis;

    public JourneyChange()
    {
        _fromMillis = long.MaxValue;
        _toMillis = long.MinValue;
    }

    /// <summary>The new conversion; one without a time where there is none.</summary>
    public Conversion Conversion { get; private set; }

    public readonly bool HasConversion => Conversion.TimeMillis != 0;

    public readonly bool IsNothing => _fromMillis > _toMillis && !HasConversion;

    public void Converted(in Conversion conversion) => Conversion = conversion;

    /// <summary>Conversions from one time to another, both included, may have changed.</summary>
    public void Reach(long fromMillis, long toMillis)
    {
        if (fromMillis > toMillis)
            return;
        _fromMillis = Math.Min(_fromMillis, fromMillis);
        _toMillis = Math.Max(_toMillis, toMillis);
    }

    public void ReachAll() => Reach(long.MinValue, long.MaxValue);

    public readonly bool Reaches(in Conversion conversion) =>
        conversion.TimeMillis >= _fromMillis && conversion.TimeMillis <= _toMillis;

    public readonly bool IsConversion(in Conversion conversion) =>
        HasConversion && conversion.TimeMillis == Conversion.TimeMillis
        && conversion.EventId.Equals(Conversion.EventId);
}
