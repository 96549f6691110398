using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Truths;

/// <summary>
/// What is true of a simulated world: counts and sums that an engine must arrive at, and what each channel
/// caused, which no engine can see. Filled by the stream that owns it; complete when the stream has ended.
/// </summary>
public sealed class Truth
{
    private const decimal Millionth = 0.000_001m;

    private readonly long[] _eventsByType = new long[EventTypes.Count];
    private readonly long[] _touchesByChannel = new long[Channels.Count];
    private readonly long[] _causedByChannel = new long[Channels.Count];
    private readonly long[] _expectedPpm = new long[Channels.Count];
    private readonly RevenueSums _revenue = new();
    private readonly RevenueSums _conversionRevenue = new();
    private readonly RevenueSums[] _causedRevenue =
        [.. Enumerable.Range(0, Channels.Count).Select(_ => new RevenueSums())];

    internal Truth(SimulatorOptions options) => Options = options;

    public SimulatorOptions Options { get; }
    public long Persons { get; private set; }

    /// <summary>Distinct event ids.</summary>
    public long Events { get; private set; }

    /// <summary>Events handed out, second copies included.</summary>
    public long Delivered { get; private set; }

    /// <summary>Second copies handed out.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Distinct events delivered a minute or more after they happened.</summary>
    public long Late { get; private set; }

    /// <summary>Distinct events of persons whose clock is wrong.</summary>
    public long Skewed { get; private set; }
    public long Conversions { get; private set; }

    /// <summary>Conversions that needed no touch at all.</summary>
    public long OrganicConversions { get; private set; }

    /// <summary>Distinct events by type; types that do not occur are left out.</summary>
    public IReadOnlyDictionary<string, long> EventsByType => ByType(_ => true);
    public IReadOnlyDictionary<string, long> ConversionsByType => ByType(EventTypes.IsConversion);

    /// <summary>Revenue of all distinct events, refunds taken off, in ten-thousandths.</summary>
    public IReadOnlyDictionary<string, long> RevenueTenThousandths => _revenue.ByCurrency();

    /// <summary>Revenue of conversions alone, in ten-thousandths.</summary>
    public IReadOnlyDictionary<string, long> ConversionRevenueTenThousandths =>
        _conversionRevenue.ByCurrency();

    public IReadOnlyList<ChannelTruth> ByChannel =>
    [
        .. Enumerable.Range(0, Channels.Count).Select(channel => new ChannelTruth(
            Channels.Name(channel),
            _touchesByChannel[channel],
            _causedByChannel[channel],
            _expectedPpm[channel] * Millionth,
            _causedRevenue[channel].ByCurrency())),
    ];

    internal void CountPerson(ReadOnlySpan<long> expectedPpm)
    {
        Persons++;
        for (int channel = 0; channel < expectedPpm.Length; channel++)
            _expectedPpm[channel] += expectedPpm[channel];
    }

    internal void CountEvent(in PlannedEvent planned, in Person person)
    {
        Events++;
        _eventsByType[(int)planned.Type]++;
        if (person.SkewMillis != 0)
            Skewed++;
        int channel = Touches.ChannelOf(planned, person);
        if (channel >= 0)
            _touchesByChannel[channel]++;

        long revenue = EventTypes.HasRevenue(planned.Type) ? Revenue.Of(planned, person) : 0;
        _revenue.Add(person.Country, revenue);
        if (EventTypes.IsConversion(planned.Type))
            CountConversion(planned, person.Country, revenue);
    }

    internal void CountLate() => Late++;

    internal void CountDelivered(in PlannedEvent planned)
    {
        Delivered++;
        if (planned.Has(EventTraits.Duplicate))
            Duplicates++;
    }

    private void CountConversion(in PlannedEvent planned, int country, long revenue)
    {
        Conversions++;
        _conversionRevenue.Add(country, revenue);
        if (planned.IsOrganic)
            OrganicConversions++;
        for (int channel = 0; channel < Channels.Count; channel++)
        {
            if ((planned.Causes & (1 << channel)) == 0)
                continue;
            _causedByChannel[channel]++;
            _causedRevenue[channel].Add(country, revenue);
        }
    }

    private SortedDictionary<string, long> ByType(Func<EventType, bool> isWanted)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int type = 0; type < EventTypes.Count; type++)
        {
            if (_eventsByType[type] > 0 && isWanted((EventType)type))
                counts.Add(EventTypes.Name((EventType)type), _eventsByType[type]);
        }

        return counts;
    }
}
