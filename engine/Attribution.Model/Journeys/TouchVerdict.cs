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

    /// <summary>Matched by address and device only, which counts for installs, and this is none.</summary>
    NotAnInstall = 5,

    /// <summary>A fraud rule of the config holds.</summary>
    Fraud = 6,

    /// <summary>An earlier touch carried the same click id.</summary>
    Duplicate = 7,

    /// <summary>It carries a currency, and not the conversion's.</summary>
    OtherCurrency = 8,

    /// <summary>
    /// The conversion may be a reinstall, and the touch does not speak to persons who have the app, or came
    /// before the install that it would follow.
    /// </summary>
    NotRetargeting = 9,

    /// <summary>It is eligible, but as many newer ones as the config allows are too.</summary>
    OverLimit = 10,
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
/// <remarks>
/// What <see cref="Found"/> and <see cref="Limit"/> are, by verdict: eligible and outside the window, the age
/// and the window; after the conversion, the age (negative) and 0; before the previous conversion, the
/// touch's age and that conversion's; of a duplicate, the time since the touch it repeats and the config's
/// limit; another currency, the two as packed; not retargeting, 0 and 0, or the touch's age and the previous
/// install's; over the limit, its number among the eligible (the newest is 1) and the limit. Of a fraud rule
/// of the config's own 0 and 0; of the time to install, that time and the least; of an injection, how long
/// after the beginning of the install it came, and 0; of a flood, the clicks and the most allowed.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct TouchJudgement
{
    public TouchVerdict Verdict;
    public FraudReason Fraud;

    /// <summary>Index of the touch that decided (the first of two duplicates), or −1.</summary>
    public int Related;

    public long Found;
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
