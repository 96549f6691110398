using Attribution.Simulator.Journeys;
using Attribution.Simulator.Rendering;
using Attribution.Simulator.Truths;

namespace Attribution.Simulator.Streaming;

/// <summary>
/// The simulated world as a stream of events in the order they are delivered. Persons are planned as they
/// arrive and forgotten once their last event is out, so memory grows with the events under way, not with the
/// stream. Owned by one thread.
/// </summary>
public sealed class EventStream
{
    private readonly SimulatorOptions _options;
    private readonly Arrivals _arrivals;
    private readonly JourneyPlan _plan = new();
    private readonly Journey _journey;
    private readonly DeliveryQueue _queue = new();
    private readonly EventRenderer _renderer;
    private readonly int _without;
    private long _planned;
    private int _persons;

    public EventStream(SimulatorOptions options)
    {
        options.Validate();
        _options = options;
        _arrivals = new Arrivals(options);
        _journey = new Journey(options, NewEffects(options));
        _renderer = new EventRenderer(options);
        _without = options.Without is null ? -1 : Channels.Number(options.Without);
        Truth = new Truth(options);
    }

    /// <summary>What is known so far; the whole truth once the stream has ended.</summary>
    public Truth Truth { get; }

    /// <summary>Adds the next event to a body.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool TryAppendTo(EventBody body)
    {
        if (!TryNext(out PlannedEvent planned, out _))
            return false;
        Append(body, planned, PersonOf(planned));
        return true;
    }

    /// <summary>
    /// Adds the next event to a body and says everything that is known about it. Allocates.
    /// </summary>
    public bool TryAppendTo(EventBody body, out SimulatedEvent? described)
    {
        described = null;
        if (!TryNext(out PlannedEvent planned, out long deliveredMillis))
            return false;
        Person person = PersonOf(planned);
        Append(body, planned, person);
        described = SimulatedEvent.Of(planned, person, deliveredMillis);
        return true;
    }

    private void Append(EventBody body, in PlannedEvent planned, in Person person)
    {
        int written = _renderer.Write(planned, person, body.Begin(), out int sentAtOffset);
        body.End(written, sentAtOffset, person.SkewMillis);
    }

    private bool TryNext(out PlannedEvent planned, out long deliveredMillis)
    {
        while (_planned < _options.Events)
        {
            long arrival = _arrivals.Millis(_planned);
            if (_queue.Count > 0 && _queue.FirstMillis < arrival)
                break;
            PlanPerson(arrival);
        }

        planned = default;
        deliveredMillis = 0;
        if (_queue.Count == 0)
            return false;
        planned = _queue.Pop(out deliveredMillis);
        Truth.CountDelivered(planned);
        return true;
    }

    private void PlanPerson(long arrivalMillis)
    {
        var person = new Person(_options.Seed, _persons, _options.SkewedPerThousand);
        _plan.Fill(person, arrivalMillis);
        _journey.Fill(_plan, person, _persons, without: -1);
        int count = (int)Math.Min(_journey.Events.Length, _options.Events - _planned);
        byte lastIndex = _journey.Events[count - 1].Index;
        _planned += count;
        if (_without >= 0)
            _journey.Fill(_plan, person, _persons, _without);

        _persons++;
        Truth.CountPerson(_journey.ExpectedPpm);
        foreach (ref readonly PlannedEvent planned in _journey.Events)
        {
            if (planned.Index > lastIndex)
                break;
            Truth.CountEvent(planned, person);
            Schedule(planned, person);
        }
    }

    /// <summary>Most events are sent within seconds, some late, some twice.</summary>
    private void Schedule(in PlannedEvent planned, in Person person)
    {
        var random = new SplitMix(SplitMix.At(planned.Seed(person.Seed), 3));
        bool isLate = random.Chance(_options.LatePerThousand);
        long delay = isLate
            ? LateDelay(ref random)
            : random.Between(0, 3 * Time.SecondMillis);
        if (isLate)
            Truth.CountLate();
        _queue.Push(planned.TrueMillis + delay, planned);
        if (!random.Chance(_options.DuplicatesPerThousand))
            return;

        PlannedEvent copy = planned;
        copy.Traits |= EventTraits.Duplicate;
        _queue.Push(planned.TrueMillis + delay + random.Between(200, Time.HourMillis), copy);
    }

    /// <summary>
    /// Minutes where a tunnel ended, hours where a flight did, days where the app was not opened.
    /// </summary>
    private static long LateDelay(ref SplitMix random) => random.Below(10) switch
    {
        < 6 => random.Between(Time.MinuteMillis, Time.HourMillis),
        < 9 => random.Between(Time.HourMillis, 12 * Time.HourMillis),
        _ => random.Between(12 * Time.HourMillis, 3 * Time.DayMillis),
    };

    private Person PersonOf(in PlannedEvent planned) =>
        new(_options.Seed, planned.Person, _options.SkewedPerThousand);

    private static Effects NewEffects(SimulatorOptions options)
    {
        int[] clickPpm = new int[Channels.Count];
        int[] viewPpm = new int[Channels.Count];
        for (int channel = 0; channel < Channels.Count; channel++)
        {
            int percent = options.EffectPercent.GetValueOrDefault(Channels.Name(channel), 100);
            clickPpm[channel] = Channels.ClickPpm(channel) * percent / 100;
            viewPpm[channel] = Channels.ViewPpm(channel) * percent / 100;
        }

        return new Effects(clickPpm, viewPpm);
    }
}
