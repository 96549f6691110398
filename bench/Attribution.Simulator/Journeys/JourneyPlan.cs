namespace Attribution.Simulator.Journeys;

/// <summary>What happens at one step of a journey.</summary>
internal enum StepKind : byte
{
    /// <summary>A channel reaches the person.</summary>
    Touch,

    /// <summary>The person decides whether to convert.</summary>
    Decision,
}

/// <summary>One step of a journey before it is known what comes of it. A value.</summary>
internal struct JourneyStep
{
    public long Millis;

    /// <summary>The seed of every choice within the step.</summary>
    public ulong Draws;
    public StepKind Kind;
    public byte Campaign;

    /// <summary>The touch reaches the second browser.</summary>
    public bool IsSecondBrowser;

    /// <summary>Which of the person's decisions it is, from 0.</summary>
    public byte Decision;
}

/// <summary>
/// The steps of one person in order of time: when channels reach the person, and when the person decides.
/// Decisions come at times of the person's own, whatever channels do, so that taking a channel away moves
/// nothing else. Owned by one stream, which fills it anew for each person.
/// </summary>
internal sealed class JourneyPlan
{
    private const int MaxTouches = 12;
    private const int MaxDecisions = 4;
    public const int MaxSteps = MaxTouches + (2 * MaxDecisions);

    private static readonly byte[] TouchCounts = [1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 9, 12];
    private static readonly byte[] DecisionCounts = [1, 1, 1, 1, 2, 2, 2, 3];

    private readonly JourneyStep[] _steps = new JourneyStep[MaxSteps];
    private int _count;

    public ReadOnlySpan<JourneyStep> Steps => _steps.AsSpan(0, _count);

    public void Fill(in Person person, long arrivalMillis)
    {
        _count = 0;
        AddTouches(person, arrivalMillis);
        AddDecisions(person, arrivalMillis);
    }

    private void AddTouches(in Person person, long arrivalMillis)
    {
        var random = new SplitMix(SplitMix.At(person.Seed, 1));
        int count = TouchCounts[random.Below(TouchCounts.Length)];
        long millis = arrivalMillis;
        for (int i = 0; i < count; i++)
        {
            Add(new JourneyStep
            {
                Millis = millis,
                Draws = random.Next(),
                Kind = StepKind.Touch,
                Campaign = (byte)Campaigns.Draw(ref random, person.IsHighIntent),
                IsSecondBrowser = person.Kind == PersonKind.TwoBrowsers && random.Chance(400),
            });
            millis += Gap(ref random);
        }
    }

    private void AddDecisions(in Person person, long arrivalMillis)
    {
        var random = new SplitMix(SplitMix.At(person.Seed, 2));
        int count = DecisionCounts[random.Below(DecisionCounts.Length)] + (person.IsHighIntent ? 1 : 0);
        long millis = arrivalMillis + random.Between(20 * Time.MinuteMillis, 3 * Time.DayMillis);
        for (int i = 0; i < count; i++)
        {
            bool isSecondBrowser = person.Kind == PersonKind.TwoBrowsers && random.Chance(400);
            if (random.Chance(350))
            {
                Add(new JourneyStep
                {
                    Millis = millis - random.Between(Time.MinuteMillis, 15 * Time.MinuteMillis),
                    Draws = random.Next(),
                    Campaign = Campaigns.Direct,
                    IsSecondBrowser = isSecondBrowser,
                });
            }

            Add(new JourneyStep
            {
                Millis = millis,
                Draws = random.Next(),
                Kind = StepKind.Decision,
                IsSecondBrowser = isSecondBrowser,
                Decision = (byte)i,
            });
            millis += Gap(ref random);
        }
    }

    /// <summary>From half an hour to twelve days, more often short than long.</summary>
    private static long Gap(ref SplitMix random) => random.Below(20) switch
    {
        < 6 => random.Between(30 * Time.MinuteMillis, 6 * Time.HourMillis),
        < 14 => random.Between(6 * Time.HourMillis, 36 * Time.HourMillis),
        < 18 => random.Between(36 * Time.HourMillis, 5 * Time.DayMillis),
        _ => random.Between(5 * Time.DayMillis, 12 * Time.DayMillis),
    };

    /// <summary>Keeps the steps sorted; of two at the same time, the one added first comes first.</summary>
    private void Add(in JourneyStep step)
    {
        int at = _count++;
        for (; at > 0 && _steps[at - 1].Millis > step.Millis; at--)
            _steps[at] = _steps[at - 1];
        _steps[at] = step;
    }
}
