using Attribution.Model.Events;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// Goes round the persons of a shard, a few per event, and forgets those whom no event can concern any more:
/// memory follows the window without a sweep. Owned by one worker thread.
/// </summary>
/// <remarks>
/// A restart reads back as far as this keeps, and measures as this does from the newest event, unless that is
/// ahead of the clock. Whoever is older, but came in within the time that events may be late, stays all the
/// same: a stream of past events is attributed as a present one is.
/// </remarks>
internal sealed class ExpiryHand
{
    /// <summary>A round takes a quarter as many events as there are persons.</summary>
    private const int PersonsPerEvent = 4;

    /// <summary>Neighbours are looked at together, since what an event costs here is fetching them.</summary>
    private const int EventsPerTurn = 64;

    private readonly JourneyStore _journeys;
    private readonly long _keepMillis;
    private readonly int _lateDays;
    private readonly bool _keepsInstalls;
    private long _newestMillis = long.MinValue;
    private int _events;
    private int _place;

    public ExpiryHand(JourneyStore journeys, WorkerOptions options, HistoryNeeds needs)
    {
        _journeys = journeys;
        _keepMillis = KeepMillis(needs.ReachMillis, options);
        _lateDays = (int)Math.Ceiling(options.LateArrival.TotalDays) + 1;
        _keepsInstalls = needs.InstallsMatter;
    }

    /// <summary>Persons forgotten.</summary>
    public long ExpiredCount { get; private set; }

    /// <summary>
    /// How long after its newest event a person can concern another. A conversion can change as long as
    /// events may come late, and rests on what reaches back from it; what is older by as much again is kept
    /// so that none that can change, not even by a login that shows two persons to be one, is attributed
    /// without its touches.
    /// </summary>
    public static long KeepMillis(long reachMillis, WorkerOptions options) =>
        (2 * reachMillis) + (long)options.LateArrival.TotalMilliseconds;

    /// <summary>An event of the shard came in; so far does the hand go.</summary>
    public void Pass(in EventHeader header)
    {
        _newestMillis = Math.Max(_newestMillis, header.TimestampMillis);
        if (++_events < EventsPerTurn)
            return;
        _events = 0;
        ushort today = PersonState.DayOf(header.ReceivedMillis);
        long nowMillis = Math.Min(_newestMillis, header.ReceivedMillis);
        _journeys.Arrive(today);
        int looks = Math.Min(EventsPerTurn * PersonsPerEvent, _journeys.PersonCount);
        for (int i = 0; i < looks && _journeys.PersonCount > 0; i++)
            Look(nowMillis - _keepMillis, today);
    }

    /// <summary>Loads into a hand that has not moved.</summary>
    public void PassState(StateStream state)
    {
        state.Value(ref _newestMillis);
        state.Value(ref _events);
        state.Value(ref _place);
    }

    private void Look(long beforeMillis, ushort today)
    {
        // One that expired left its place to another, which is next.
        _place = _place >= _journeys.PersonCount ? 1 : _place + 1;
        ref PersonState person = ref _journeys.Person(_place);
        if (person.LastSeenMillis >= beforeMillis)
            return;
        if (person.ArrivalDay == 0)
            person.ArrivalDay = today;
        if (person.ArrivalDay + _lateDays > today || !_journeys.Expire(_place, _keepsInstalls))
            return;
        ExpiredCount++;
        _place--;
    }
}
