namespace Attribution.Model.Journeys;

/// <summary>What was decided about one touch of a conversion's history.</summary>
public enum TouchVerdict : byte
{
    /// <summary>It took part in every model (a model may still give it no credit).</summary>
    Eligible = 0,

    /// <summary>It is older than the window of its kind allows.</summary>
    OutsideWindow = 1,

    /// <summary>It happened after the conversion.</summary>
    AfterConversion = 2,

    /// <summary>It is eligible, but as many newer ones as the config allows are too.</summary>
    OverLimit = 3,
}
