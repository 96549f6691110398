namespace Attribution.Simulator.Journeys;

/// <summary>
/// Turns one person's plan into the events that are sent, step by step in time: what touches do, which
/// decisions become conversions, which ids each event carries. Owned by one stream, which fills it anew for
/// each person.
/// </summary>
internal sealed class Journey
{
    /// <summary>
    /// Places an event can have within a step; together with the step's number they make its index.
    /// </summary>
    private const int PlacesPerStep = 6;
    public const int MaxEvents = JourneyPlan.MaxSteps * PlacesPerStep;

    private readonly SimulatorOptions _options;
    private readonly JourneyIds _ids = new();
    private readonly Effects _effects;
    private readonly PlannedEvent[] _events = new PlannedEvent[MaxEvents];
    private readonly long[] _expectedPpm = new long[Channels.Count];
    private readonly long _endMillis;
    private int _count;
    private int _step;
    private int _person;
    private int _without;

    public Journey(SimulatorOptions options, Effects effects)
    {
        _options = options;
        _effects = effects;
        _endMillis = options.EndMillis;
    }

    /// <summary>In the order of the steps; indices grow.</summary>
    public ReadOnlySpan<PlannedEvent> Events => _events.AsSpan(0, _count);

    /// <summary>
    /// By channel: millionths of a conversion that its touches add, summed over the decisions.
    /// </summary>
    public ReadOnlySpan<long> ExpectedPpm => _expectedPpm;

    /// <summary>
    /// Takes the place of the last journey; <paramref name="without"/> is a channel switched off, or -1.
    /// </summary>
    public void Fill(JourneyPlan plan, in Person person, int number, int without)
    {
        _count = 0;
        _person = number;
        _without = without;
        _ids.Begin(person);
        _effects.Clear();
        Array.Clear(_expectedPpm);
        for (_step = 0; _step < plan.Steps.Length; _step++)
        {
            ref readonly JourneyStep step = ref plan.Steps[_step];
            if (step.Millis > _endMillis)
                break;
            if (step.Kind == StepKind.Decision)
                Decide(step, person);
            else if (Campaigns.All[step.Campaign].ChannelNumber != _without)
                Touch(step);
        }
    }

    private void Touch(in JourneyStep step)
    {
        Campaign campaign = Campaigns.All[step.Campaign];
        var random = new SplitMix(step.Draws);
        bool isView = campaign.Form == CampaignForm.View && random.Chance(800);
        _effects.Add(step.Millis, campaign.ChannelNumber, isView);
        if (isView)
        {
            Add(0, EventType.Impression, step.Millis, step.Campaign, _ids.OfAdvertisement(step, ref random));
            return;
        }

        int form = campaign.Form == CampaignForm.Visit ? 99 : random.Below(100);
        if (form < 60)
            Add(0, EventType.Click, step.Millis, step.Campaign, _ids.OfAdvertisement(step, ref random));
        if (form is >= 45 and < 60)
        {
            long landed = step.Millis + random.Between(2 * Time.SecondMillis, 20 * Time.SecondMillis);
            Add(1, EventType.Visit, landed, step.Campaign, _ids.OnSite(step) | EventTraits.FollowsClick);
        }

        if (form >= 60)
            Add(1, EventType.Visit, step.Millis, step.Campaign, _ids.OnSite(step));
        if (form >= 45)
            Browse(step, ref random);
    }

    /// <summary>
    /// What a visitor does besides visiting: logs in on a browser that does not know them yet, looks around.
    /// </summary>
    private void Browse(in JourneyStep step, ref SplitMix random)
    {
        long millis = step.Millis + random.Between(30 * Time.SecondMillis, 3 * Time.MinuteMillis);
        if (random.Chance(600) && _ids.TryLogIn(step))
            Add(2, EventType.Identify, millis, Campaigns.Direct, _ids.OnSite(step));
        if (random.Chance(200))
        {
            EventType type = random.Chance(500) ? EventType.AddToCart : EventType.Search;
            Add(3, type, millis + Time.MinuteMillis, Campaigns.Direct, _ids.OnSite(step));
        }
    }

    private void Decide(in JourneyStep step, in Person person)
    {
        bool converts = _effects.Decide(
            step.Millis, person.IsHighIntent, step.Draws, out DecisionOutcome outcome);
        for (int channel = 0; channel < Channels.Count; channel++)
            _expectedPpm[channel] += _effects.LossPpm[channel];
        if (!converts || (_without >= 0 && (outcome.Causes & (1 << _without)) != 0))
            return;

        var random = new SplitMix(SplitMix.At(step.Draws, 1));
        EventType type = TypeOf(step, person, ref random);
        Add(0, type, step.Millis, Campaigns.Direct, _ids.OfConversion(step, type, ref random));
        ref PlannedEvent conversion = ref _events[_count - 1];
        conversion.Causes = outcome.Causes;
        conversion.IsOrganic = outcome.IsOrganic;
        if (type == EventType.Install)
            NameLastClick(ref conversion);
        Follow(step, type, ref random);
    }

    private static EventType TypeOf(in JourneyStep step, in Person person, ref SplitMix random)
    {
        if (step.Decision == 0 && person.Kind == PersonKind.App)
            return EventType.Install;
        if (step.Decision == 0 && random.Chance(450))
            return EventType.Signup;
        return random.Chance(120) ? EventType.Subscribe : EventType.Purchase;
    }

    private void Follow(in JourneyStep step, EventType type, ref SplitMix random)
    {
        if (type == EventType.Signup)
        {
            Add(1, EventType.Identify, step.Millis + Time.SecondMillis, Campaigns.Direct, _ids.OnSite(step));
        }
        else if (type == EventType.Purchase && random.Chance(_options.RefundsPerThousand))
        {
            long refunded = step.Millis + random.Between(Time.DayMillis, 10 * Time.DayMillis);
            Add(2, EventType.Refund, refunded, Campaigns.Direct, _ids.OnSite(step));
        }
        else if (type == EventType.Install)
        {
            Use(step, ref random);
        }
    }

    /// <summary>
    /// The life of an installed app: opened a few times, some of them because of a push message.
    /// </summary>
    private void Use(in JourneyStep step, ref SplitMix random)
    {
        long millis = step.Millis + random.Between(Time.MinuteMillis, Time.HourMillis);
        if (random.Chance(400))
        {
            _ids.LogInToApp();
            Add(1, EventType.Identify, millis, Campaigns.Direct, _ids.InApp());
        }

        for (int place = 2; place <= 4; place++)
        {
            millis += random.Between(2 * Time.HourMillis, 2 * Time.DayMillis);
            int campaign = random.Chance(300) ? Campaigns.Push : Campaigns.Direct;
            if (Campaigns.All[campaign].ChannelNumber != _without)
                Add(place, EventType.Open, millis, (byte)campaign, _ids.InApp());
        }
    }

    /// <summary>The store names the last advertisement that was clicked, where there was one.</summary>
    private void NameLastClick(ref PlannedEvent install)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_events[i].Type != EventType.Click)
                continue;
            install.Campaign = _events[i].Campaign;
            install.ClickIndex = _events[i].Index;
            return;
        }
    }

    private void Add(int place, EventType type, long millis, byte campaign, EventTraits traits)
    {
        if (millis > _endMillis)
            return;

        _events[_count++] = new PlannedEvent
        {
            TrueMillis = millis,
            Person = _person,
            Index = (byte)((_step * PlacesPerStep) + place),
            Type = type,
            Campaign = campaign,
            Traits = traits,
        };
    }
}
