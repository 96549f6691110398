namespace Attribution.Simulator.Journeys;

/// <summary>
/// When the next person arrives: evenly over the days by share of events planned, within a day by how busy
/// its hours are (UTC). The events planned so far decide, so the world holds as many as asked, in the time
/// asked. Immutable.
/// </summary>
internal sealed class Arrivals
{
    private const int Hours = 24;

    private static readonly int[] HourWeights =
        [20, 14, 10, 8, 8, 12, 22, 34, 44, 50, 54, 56, 58, 56, 54, 54, 56, 60, 66, 70, 68, 58, 40, 28];

    private readonly SimulatorOptions _options;
    private readonly long[] _busyUntil = new long[Hours + 1];

    public Arrivals(SimulatorOptions options)
    {
        _options = options;
        int firstHour = (int)(options.StartMillis % Time.DayMillis / Time.HourMillis);
        for (int i = 0; i < Hours; i++)
            _busyUntil[i + 1] = _busyUntil[i] + HourWeights[(firstHour + i) % Hours];
    }

    public long Millis(long plannedEvents)
    {
        long span = _options.Days * Time.DayMillis;
        long even = (long)((Int128)span * plannedEvents / _options.Events);
        long day = even / Time.DayMillis;
        long busy = even % Time.DayMillis * _busyUntil[Hours];
        int hour = 0;
        while (_busyUntil[hour + 1] * Time.DayMillis <= busy)
            hour++;

        int weight = (int)(_busyUntil[hour + 1] - _busyUntil[hour]);
        long within = (busy - (_busyUntil[hour] * Time.DayMillis)) / weight / Hours;
        return _options.StartMillis + (day * Time.DayMillis) + (hour * Time.HourMillis) + within;
    }
}
