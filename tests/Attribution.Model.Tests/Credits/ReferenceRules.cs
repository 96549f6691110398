using Attribution.Model.Configs;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Credits;

/// <summary>
/// Eligibility written as plainly as it can be read in docs/attribution.md: every rule looks at the whole
/// history anew. For comparison only.
/// </summary>
internal sealed class ReferenceRules(Person person)
{
    private readonly Dictionary<int, Dictionary<int, TouchVerdict>> _verdicts = [];
    private readonly AttributionConfig _config = person.Config;

    /// <summary>Of every candidate, by index of the touch.</summary>
    public Dictionary<int, TouchVerdict> Verdicts(int conversion)
    {
        if (_verdicts.TryGetValue(conversion, out Dictionary<int, TouchVerdict>? known))
            return known;

        long now = person.Conversions[conversion].TimeMillis;
        var verdicts = new Dictionary<int, TouchVerdict>();
        for (int i = 0; i < person.Touches.Length; i++)
        {
            long age = now - person.Touches[i].TimeMillis;
            if (age <= _config.MaxLookbackMillis + _config.Candidates.BeforeMillis
                && age >= -_config.Candidates.AfterMillis)
            {
                verdicts[i] = Verdict(conversion, i);
            }
        }

        int[] over = [.. verdicts.Where(v => v.Value == TouchVerdict.Eligible).Select(v => v.Key)
            .OrderDescending().Skip(_config.MaxTouchesPerConversion)];
        foreach (int i in over)
            verdicts[i] = TouchVerdict.OverLimit;
        return _verdicts[conversion] = verdicts;
    }

    public int[] Eligible(int conversion) =>
        [.. Verdicts(conversion).Where(v => v.Value == TouchVerdict.Eligible).Select(v => v.Key).Order()];

    /// <summary>The first install of the cycle that an install may belong to, or −1.</summary>
    public int FirstOfCycle(int conversion)
    {
        if (!_config.Installs.AppliesReinstalls
            || person.Conversions[conversion].Kind != ConversionKind.Install)
        {
            return -1;
        }

        int[] installs = [.. Installs().Where(i => i <= conversion)];
        int first = installs[0];
        foreach (int install in installs)
        {
            if (Time(install) - Time(first) > _config.Installs.ReattributionMillis)
                first = install;
        }

        return first == conversion ? -1 : first;
    }

    public ConversionVerdict VerdictOf(int conversion)
    {
        if (FirstOfCycle(conversion) < 0)
            return ConversionVerdict.Counted;
        return Eligible(conversion).Length > 0
            ? ConversionVerdict.Reattributed
            : ConversionVerdict.Reinstall;
    }

    public int PreviousCounted(int conversion) => _config.StartsAnewAtConversion
        ? Enumerable.Range(0, conversion)
            .LastOrDefault(i => VerdictOf(i) != ConversionVerdict.Reinstall, -1)
        : -1;

    public IEnumerable<int> Installs() => Enumerable.Range(0, person.Conversions.Length)
        .Where(i => person.Conversions[i].Kind == ConversionKind.Install);

    public static int Order(long timeA, CompactId idA, long timeB, CompactId idB) => timeA != timeB
        ? timeA.CompareTo(timeB)
        : string.CompareOrdinal(Persons.Id(idA), Persons.Id(idB));

    public bool IsDuplicate(int touch) =>
        _config.DuplicateClickMillis > 0 && person.Touches[touch].ClickHash != 0
        && Enumerable.Range(0, touch).Any(i =>
            person.Touches[i].ClickHash == person.Touches[touch].ClickHash
            && person.Touches[touch].TimeMillis - person.Touches[i].TimeMillis
                <= _config.DuplicateClickMillis);

    public bool IsFlood(int touch) =>
        _config.Fraud.MaxClicks > 0 && person.Touches[touch].Kind == TouchKind.Click
        && Enumerable.Range(0, touch + 1).Count(i => person.Touches[i].Kind == TouchKind.Click
            && person.Touches[touch].TimeMillis - person.Touches[i].TimeMillis
                <= _config.Fraud.MaxClicksWithinMillis) > _config.Fraud.MaxClicks;

    public bool IsInWindow(Touch touch, long age)
    {
        long window = _config.Windows.Settings[touch.Window].Of(touch.Kind, touch.IsProbabilistic);
        return age <= window && !(touch.IsProbabilistic && window == 0);
    }

    private TouchVerdict Verdict(int index, int touchIndex)
    {
        Touch touch = person.Touches[touchIndex];
        Conversion conversion = person.Conversions[index];
        bool isInstall = conversion.Kind == ConversionKind.Install;
        long age = conversion.TimeMillis - touch.TimeMillis;
        if (age < 0)
            return TouchVerdict.AfterConversion;
        if (!IsInWindow(touch, age))
            return TouchVerdict.OutsideWindow;
        if (PreviousCounted(index) is >= 0 and int previous && !IsAfter(touch, previous))
            return TouchVerdict.BeforePreviousConversion;
        if (touch.IsProbabilistic && touch.Flags.HasFlag(TouchFlags.CarriesId))
            return TouchVerdict.IdMismatch;
        if (touch.IsProbabilistic && !isInstall)
            return TouchVerdict.NotAnInstall;
        if (touch.FraudRule > 0 || IsFlood(touchIndex) || (isInstall && IsTooFast(touch, conversion)))
            return TouchVerdict.Fraud;
        if (IsDuplicate(touchIndex))
            return TouchVerdict.Duplicate;
        if (_config.RequiresSameCurrency && touch.Currency != 0 && conversion.Currency != 0
            && touch.Currency != conversion.Currency)
        {
            return TouchVerdict.OtherCurrency;
        }

        return FirstOfCycle(index) < 0
            || (touch.Flags.HasFlag(TouchFlags.Retargeting)
                && IsAfter(touch, Installs().Last(i => i < index)))
            ? TouchVerdict.Eligible
            : TouchVerdict.NotRetargeting;
    }

    private bool IsTooFast(Touch touch, Conversion install)
    {
        if (touch.Kind == TouchKind.Referrer)
            return false;
        bool isInjected = _config.Fraud.RejectsInjection && touch.Kind == TouchKind.Click
            && install.InstallBeginMillis > 0 && touch.TimeMillis > install.InstallBeginMillis;
        return isInjected || install.TimeMillis - touch.TimeMillis < _config.Fraud.MinTimeToInstallMillis;
    }

    private bool IsAfter(Touch touch, int conversion) => Order(
        touch.TimeMillis, touch.EventId,
        person.Conversions[conversion].TimeMillis, person.Conversions[conversion].EventId) > 0;

    private long Time(int conversion) => person.Conversions[conversion].TimeMillis;
}
