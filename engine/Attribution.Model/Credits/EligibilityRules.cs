using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// Says of every candidate of a conversion whether it takes part, by the rules of one config in the order of
/// <see cref="TouchVerdict"/>. Immutable: any number of threads may share it.
/// </summary>
internal sealed class EligibilityRules
{
    private const int KindBits = 3;
    private const int ProbabilisticBit = 1 << KindBits;
    private const int SettingStride = 2 * ProbabilisticBit;

    private readonly AttributionConfig _config;
    private readonly InstallCycles _cycles;
    private readonly long[] _windows;
    private readonly bool _repeatsMatter;
    private readonly bool _hasRulesBesideWindows;
    private readonly bool _startsAnew;

    public EligibilityRules(AttributionConfig config)
    {
        _config = config;
        _cycles = new InstallCycles(config);
        _repeatsMatter = ClickRepeats.Matters(config);
        _startsAnew = config.StartsAnewAtConversion;
        FraudConfig fraud = config.Fraud;
        _hasRulesBesideWindows = _repeatsMatter || _startsAnew || config.RequiresSameCurrency
            || config.Installs.AppliesReinstalls || fraud.RuleNames.Count > 0 || fraud.RejectsInjection
            || fraud.MinTimeToInstallMillis > 0;

        // A window that is off admits no age at all, not even 0.
        _windows = new long[config.Windows.Settings.Count * SettingStride];
        foreach ((int index, WindowSetting setting) in config.Windows.Settings.Index())
        {
            foreach (TouchKind kind in Enum.GetValues<TouchKind>())
            {
                int at = (index * SettingStride) + (int)kind;
                long probabilistic = setting.Of(kind, isProbabilistic: true);
                _windows[at] = setting.Of(kind, isProbabilistic: false);
                _windows[at + ProbabilisticBit] = probabilistic > 0 ? probabilistic : -1;
            }
        }
    }

    public InstallCycles Cycles => _cycles;

    /// <summary>How old a touch may be; −1 where its kind is not matched this way.</summary>
    public long Window(in Touch touch) =>
        _windows[(touch.Window * SettingStride) + (int)touch.Kind
            + (touch.IsProbabilistic ? ProbabilisticBit : 0)];

    /// <summary>Judges all candidates of a conversion.</summary>
    /// <param name="judged">Overwritten, like <paramref name="repeats"/>.</param>
    public void Judge(
        in PersonHistory history, int conversion, JudgedTouches judged, ClickRepeats repeats)
    {
        int previous = _startsAnew ? PreviousCounted(history, conversion, judged, repeats) : -1;
        JudgeFrom(history, conversion, previous, judged, repeats);
    }

    /// <summary>
    /// Whether an install that may be a reinstall has a touch that makes it count again.
    /// </summary>
    private bool IsReattributed(
        in PersonHistory history, int install, JudgedTouches judged, ClickRepeats repeats)
    {
        // Only touches newer than the install before it can be eligible, so of the conversions before it the
        // nearest bounds them in the same way, whether that one counted or not.
        JudgeFrom(history, install, _startsAnew ? install - 1 : -1, judged, repeats);
        return judged.EligibleCount > 0;
    }

    /// <summary>The person's newest conversion before this one that is no mere reinstall, or −1.</summary>
    private int PreviousCounted(
        in PersonHistory history, int conversion, JudgedTouches judged, ClickRepeats repeats)
    {
        int previous = conversion - 1;
        while (previous >= 0
            && _cycles.FirstOfCycle(history.Conversions, previous) >= 0
            && !IsReattributed(history, previous, judged, repeats))
        {
            previous--;
        }

        return previous;
    }

    private void JudgeFrom(
        in PersonHistory history, int conversion, int previous, JudgedTouches judged, ClickRepeats repeats)
    {
        ref readonly Conversion converted = ref history.Conversions[conversion];
        long oldest = converted.TimeMillis - _config.MaxLookbackMillis - _config.Candidates.BeforeMillis;
        int start = Runs.FirstAtOrAfter(history.Touches, oldest);
        long newest = converted.TimeMillis + _config.Candidates.AfterMillis;
        int end = Runs.FirstAtOrAfter(history.Touches, newest + 1);
        judged.Begin(start, end - start, previous);
        if (_repeatsMatter)
            repeats.Scan(history.Touches, start, end);

        int reinstallOf = _cycles.FirstOfCycle(history.Conversions, conversion);
        var about = new JudgedConversion
        {
            Previous = previous,
            InstallBefore = reinstallOf < 0 ? -1 : InstallCycles.InstallBefore(history, conversion),
            Index = conversion,
        };
        for (int i = end - 1; i >= start; i--)
        {
            ref readonly Touch touch = ref history.Touches[i];
            long age = converted.TimeMillis - touch.TimeMillis;
            long window = Window(touch);
            TouchJudgement judgement = age < 0
                ? Verdict(TouchVerdict.AfterConversion, age, 0)
                : Verdict(age <= window ? TouchVerdict.Eligible : TouchVerdict.OutsideWindow,
                    age, Math.Max(window, 0));
            if (judgement.Verdict == TouchVerdict.Eligible
                && (_hasRulesBesideWindows || touch.IsProbabilistic))
            {
                judgement = JudgeInside(history, about, i, judgement, repeats);
            }

            judged.Judge(i - start, judgement);
        }
    }

    /// <summary>The rules after the window, each where the one before did not apply.</summary>
    private TouchJudgement JudgeInside(
        in PersonHistory history, in JudgedConversion about, int index, in TouchJudgement eligible,
        ClickRepeats repeats)
    {
        ref readonly Touch touch = ref history.Touches[index];
        ref readonly Conversion conversion = ref history.Conversions[about.Index];
        if (about.Previous >= 0 && !IsAfter(history, touch, about.Previous))
        {
            long previousAge = conversion.TimeMillis - history.Conversions[about.Previous].TimeMillis;
            return Verdict(TouchVerdict.BeforePreviousConversion, eligible.Found, previousAge);
        }

        if (touch.IsProbabilistic && (touch.Flags & TouchFlags.CarriesId) != 0)
            return Verdict(TouchVerdict.IdMismatch, 0, 0);
        if (touch.IsProbabilistic && conversion.Kind != ConversionKind.Install)
            return Verdict(TouchVerdict.NotAnInstall, 0, 0);
        if (TryFindFraud(touch, conversion, index, repeats, out TouchJudgement fraud))
            return fraud;
        if (TryFindRepeated(history.Touches, index, repeats, out TouchJudgement duplicate))
            return duplicate;
        if (_config.RequiresSameCurrency && touch.Currency != 0 && conversion.Currency != 0
            && touch.Currency != conversion.Currency)
        {
            return Verdict(TouchVerdict.OtherCurrency, touch.Currency, conversion.Currency);
        }

        return about.InstallBefore >= 0 ? JudgeReinstall(history, about, touch, eligible) : eligible;
    }

    private bool TryFindFraud(
        in Touch touch, in Conversion conversion, int index, ClickRepeats repeats,
        out TouchJudgement judgement)
    {
        judgement = Verdict(TouchVerdict.Fraud, 0, 0);
        if (touch.FraudRule != 0)
        {
            judgement.Fraud = FraudReason.Rule;
            return true;
        }

        // A referrer stands at the time of the event that reported it, not of the click: rules of time do
        // not fit it.
        bool isTimed = conversion.Kind == ConversionKind.Install && touch.Kind != TouchKind.Referrer;
        if (isTimed && _config.Fraud.RejectsInjection && touch.Kind == TouchKind.Click
            && conversion.InstallBeginMillis > 0 && touch.TimeMillis > conversion.InstallBeginMillis)
        {
            judgement.Fraud = FraudReason.Injection;
            judgement.Found = touch.TimeMillis - conversion.InstallBeginMillis;
            return true;
        }

        judgement.Found = conversion.TimeMillis - touch.TimeMillis;
        judgement.Limit = _config.Fraud.MinTimeToInstallMillis;
        if (isTimed && judgement.Found < judgement.Limit)
        {
            judgement.Fraud = FraudReason.TimeToInstall;
            return true;
        }

        return TryFindFlood(touch, index, repeats, ref judgement);
    }

    private bool TryFindFlood(in Touch touch, int index, ClickRepeats repeats, ref TouchJudgement judgement)
    {
        if (_config.Fraud.MaxClicks == 0 || touch.Kind != TouchKind.Click)
            return false;

        judgement.Fraud = FraudReason.ClickFlood;
        judgement.Found = repeats.Clicks(index);
        judgement.Limit = _config.Fraud.MaxClicks;
        return judgement.Found > judgement.Limit;
    }

    private bool TryFindRepeated(
        ReadOnlySpan<Touch> touches, int index, ClickRepeats repeats, out TouchJudgement judgement)
    {
        judgement = default;
        int repeated = _config.DuplicateClickMillis > 0 ? repeats.Repeated(index) : -1;
        if (repeated < 0)
            return false;

        judgement = Verdict(
            TouchVerdict.Duplicate, touches[index].TimeMillis - touches[repeated].TimeMillis,
            _config.DuplicateClickMillis);
        judgement.Related = repeated;
        return true;
    }

    private static TouchJudgement JudgeReinstall(
        in PersonHistory history, in JudgedConversion about, in Touch touch, in TouchJudgement eligible)
    {
        if ((touch.Flags & TouchFlags.Retargeting) == 0)
            return Verdict(TouchVerdict.NotRetargeting, 0, 0);
        if (IsAfter(history, touch, about.InstallBefore))
            return eligible;

        long installAge = history.Conversions[about.Index].TimeMillis
            - history.Conversions[about.InstallBefore].TimeMillis;
        return Verdict(TouchVerdict.NotRetargeting, eligible.Found, installAge);
    }

    /// <summary>In the total order; a touch that is the conversion's own event is not after it.</summary>
    private static bool IsAfter(in PersonHistory history, in Touch touch, int conversion) =>
        TotalOrder.Compare(touch, history.Conversions[conversion], history.Texts) > 0;

    private static TouchJudgement Verdict(TouchVerdict verdict, long found, long limit) =>
        new() { Verdict = verdict, Related = -1, Found = found, Limit = limit };

    /// <summary>What the rules need to know of the conversion that is being judged. A value.</summary>
    private readonly record struct JudgedConversion
    {
        public int Index { get; init; }

        /// <summary>The conversion that the journey starts anew after, or −1.</summary>
        public int Previous { get; init; }

        /// <summary>Where it may be a reinstall, the install before it; else −1.</summary>
        public int InstallBefore { get; init; }
    }
}
