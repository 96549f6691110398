using System.Runtime.InteropServices;

namespace Attribution.Model.Journeys;

/// <summary>
/// What was decided about one touch of a conversion's history, before any model shares credit. The order of
/// the rules is the order of the numbers: the first that applies decides.
/// </summary>
public enum TouchVerdict : byte
{
    /// <summary>It takes part in every model (a model may still give it no credit).</summary>
    Eligible = 0,

    /// <summary>It happened after the conversion.</summary>
    AfterConversion = 1,

    /// <summary>It is older than its window allows.</summary>
    OutsideWindow = 2,

    /// <summary>It is older than the person's previous conversion, where the config starts anew there.
    /// </summary>
    BeforePreviousConversion = 3,

    /// <summary>Matched by address and device only, though it carries an id that does not match.</summary>
    IdMismatch = 4,

    /// <summary>A fraud rule of the config holds.</summary>
    Fraud = 5,

    /// <summary>An earlier touch carried the same click id.</summary>
    Duplicate = 6,

    /// <summary>It carries a currency, and not the conversion's.</summary>
    OtherCurrency = 7,

    /// <summary>It does not speak to persons who have the app, and the conversion is a reinstall.</summary>
    NotRetargeting = 8,

    /// <summary>It is eligible, but as many newer ones as the config allows are too.</summary>
    OverLimit = 9,
}

/// <summary>Which fraud rule holds where the verdict is <see cref="TouchVerdict.Fraud"/>.</summary>
public enum FraudReason : byte
{
    None = 0,

    /// <summary>A rule of the config's own, by <see cref="Touch.FraudRule"/>.</summary>
    Rule = 1,

    /// <summary>Less time between touch and install than a person needs.</summary>
    TimeToInstall = 2,

    /// <summary>The click came between the install's download and its first opening.</summary>
    Injection = 3,

    /// <summary>More clicks of the person within the time than the config allows.</summary>
    ClickFlood = 4,
}

/// <summary>One candidate's verdict with the numbers that were compared. A value.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct TouchJudgement
{
    public TouchVerdict Verdict;
    public FraudReason Fraud;

    /// <summary>Index of the touch that decided (the first of two duplicates), or −1.</summary>
    public int Related;

    /// <summary>What was found: an age in milliseconds, or a count.</summary>
    public long Found;

    /// <summary>What it was compared with.</summary>
    public long Limit;
}

/// <summary>What was decided about a conversion as a whole.</summary>
public enum ConversionVerdict : byte
{
    Counted = 0,

    /// <summary>
    /// An install within the re-attribution window of the first one, with no retargeting touch: no install,
    /// and the person's conversions after it are organic.
    /// </summary>
    Reinstall = 1,

    /// <summary>The same with a retargeting touch: counted again, for that touch.</summary>
    Reattributed = 2,
}
