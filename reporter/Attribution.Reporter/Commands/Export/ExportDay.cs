using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Export;

/// <summary>A day, or the part of one, that a range has. Immutable.</summary>
internal readonly record struct ExportDay(DateOnly Day, DateTime From, DateTime To)
{
    /// <summary>The range's days in its zone, the oldest first; a day that the zone left out is
    /// none.</summary>
    public static IEnumerable<ExportDay> Of(TimeRange range)
    {
        ReportZone zone = range.Zone;
        DateTime at = range.From;
        while (at < range.To)
        {
            DateTime date = zone.ToLocal(at).Date;
            DateTime next = zone.Begins(date.AddDays(1));
            DateTime end = next < range.To ? next : range.To;
            if (end > at)
                yield return new ExportDay(DateOnly.FromDateTime(date), at, end);
            at = next > at ? next : zone.Begins(date.AddDays(2));
        }
    }
}
