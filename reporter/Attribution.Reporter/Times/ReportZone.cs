using System.Globalization;

namespace Attribution.Reporter.Times;

/// <summary>
/// The time zone in which days begin: from clocks on the wall to instants and back. Immutable.
/// </summary>
internal sealed class ReportZone
{
    public static readonly ReportZone Utc = new(TimeZoneInfo.Utc, "UTC");

    // Since 1970 no clock was further behind or ahead of UTC.
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(15);
    private static readonly TimeSpan Step = TimeSpan.FromHours(1);

    private readonly TimeZoneInfo _zone;

    private ReportZone(TimeZoneInfo zone, string name)
    {
        _zone = zone;
        Name = name;
    }

    /// <summary>As IANA spells it.</summary>
    public string Name { get; }

    /// <exception cref="UsageException">There is no such zone, or the machine knows none.</exception>
    public static ReportZone Find(string name, string place = "--tz")
    {
        if (name is "UTC" or "Etc/UTC" or "Z")
            return Utc;
        bool isName = name.Length > 0
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');
        // In capital letters or small ones it may be found too, but only once the machine's list was read.
        if (isName && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) && zone.Id == name)
            return new ReportZone(zone, name);

        string[] known = [.. TimeZoneInfo.GetSystemTimeZones().Select(each => each.Id)];
        throw new UsageException(known.Length < 2
            ? $"{place}: this machine has no time zones, so '{name}' cannot be looked up. Install tzdata "
                + "(apt-get install tzdata), or write --tz UTC."
            : $"{place}: '{name}' is no time zone as IANA names them, like Europe/Berlin or UTC."
                + Nearest.Hint(name, known));
    }

    /// <summary>What clocks on the wall show.</summary>
    public DateTime ToLocal(DateTime utc) =>
        DateTime.SpecifyKind(utc + _zone.GetUtcOffset(AsUtc(utc)), DateTimeKind.Unspecified);

    /// <summary>
    /// The first instant at which clocks show this or something later. So of an hour that comes twice it is
    /// the first one, and a midnight that is skipped is the end of the gap.
    /// </summary>
    public DateTime Begins(DateTime local)
    {
        // Asked in UTC only: about local times TimeZoneInfo knows daylight saving, but no country that
        // changes its side of the date line.
        DateTime at = AsUtc(local - MostAhead);
        DateTime end = AsUtc(local + MostAhead);
        while (at < end)
        {
            TimeSpan offset = _zone.GetUtcOffset(at);
            DateTime next = NextChange(at, at + Step, offset);
            DateTime shown = AsUtc(local - offset);
            if (shown < next)
                return shown > at ? shown : at;
            at = next;
        }

        return end;
    }

    /// <summary>The day's date where the instant is its beginning; the wall's time otherwise.</summary>
    public string Text(DateTime utc)
    {
        DateTime local = ToLocal(utc);
        return local.ToString(
            IsDayBegin(utc) ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
    }

    public bool IsDayBegin(DateTime utc) => Begins(ToLocal(utc).Date) == utc;

    /// <summary>
    /// Whether clocks differ from UTC by whole units all through the range, so that a unit of UTC lies within
    /// one of the zone.
    /// </summary>
    public bool HasOffsetsOf(TimeSpan unit, TimeRange range)
    {
        // No zone kept an offset for less than a day.
        for (DateTime at = range.From; at < range.To; at = at.AddDays(1))
        {
            if (_zone.GetUtcOffset(AsUtc(at)).Ticks % unit.Ticks != 0)
                return false;
        }

        return _zone.GetUtcOffset(AsUtc(range.To)).Ticks % unit.Ticks == 0;
    }

    /// <summary>Where the day begins that the instant is part of.</summary>
    public DateTime DayOf(DateTime utc) => Begins(ToLocal(utc).Date);

    /// <summary>Where the day after it begins.</summary>
    public DateTime DayAfter(DateTime utc) => Begins(ToLocal(utc).Date.AddDays(1));

    public override string ToString() => Name;

    /// <summary>Where the offset ends to hold, or the end of the span.</summary>
    private DateTime NextChange(DateTime from, DateTime to, TimeSpan offset)
    {
        if (_zone.GetUtcOffset(to) == offset)
            return to;
        long low = from.Ticks;
        long high = to.Ticks;
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            if (_zone.GetUtcOffset(new DateTime(middle, DateTimeKind.Utc)) == offset)
                low = middle;
            else
                high = middle;
        }

        return new DateTime(high, DateTimeKind.Utc);
    }

    private static DateTime AsUtc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
