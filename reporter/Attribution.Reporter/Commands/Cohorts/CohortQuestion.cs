using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Reporter.Fields;
using Attribution.Reporter.Filters;
using Attribution.Reporter.Persons;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Cohorts;

/// <summary>What is measured of a cohort. A value.</summary>
internal enum CohortMeasure
{
    Persons,
    Conversions,
    Revenue,

    /// <summary>Revenue so far, per person of the cohort.</summary>
    Ltv,
}

/// <summary>Which cohorts, by which periods, and what is measured. Immutable.</summary>
internal sealed record CohortQuestion
{
    private const int MaskBits = 64;

    public required AttributionConfig Config { get; init; }
    public required CohortPeriod Period { get; init; }

    /// <summary><c>first_touch</c>, <c>install</c>, a type or a filter.</summary>
    public required string Of { get; init; }
    public CohortMeasure Measure { get; init; }

    /// <summary>Which of the cohort's events are measured; null is each.</summary>
    public FilterText? Where { get; init; }

    public bool IsMoney => Measure is CohortMeasure.Revenue or CohortMeasure.Ltv;

    /// <summary>Where the first cohort's period begins, which is counted whole.</summary>
    public DateOnly FirstPeriod(TimeRange range) => Period.BeginOf(range.From, range.Zone);

    /// <exception cref="UsageException">A filter makes no sense.</exception>
    public ComposedSql Compose(ReportSession session, PersonSql persons)
    {
        TimeRange range = session.Settings.Range;
        QueryParameters parameters = session.Parameters()
            .Add("first", FirstPeriod(range))
            .Add("begin", CohortPeriod.Instant(FirstPeriod(range), range.Zone));
        var events = new EventConditions(parameters, session.ParseTime);
        string counted = "timestamp >= {begin:DateTime64(3, 'UTC')}";
        if (Where is not null)
            counted += $" AND {events.Of(Where)}";
        if (Measure != CohortMeasure.Persons)
            counted += $" AND {events.OfTypes(Config.ConversionTypes)}";
        if (IsMoney)
            counted += " AND revenue IS NOT NULL";
        string sql = SqlFile.Load(
            "cohorts",
            ("cohort", $"assumeNotNull({Period.BeginOf("began")})"),
            ("index", Period.Between("cohort", "each.1")),
            ("begins", Begins(events)),
            ("facts", Facts(range, counted)),
            ("merged", Merged(range)),
            ("final", Measure == CohortMeasure.Persons ? "" : "FINAL"),
            ("id", persons.Id),
            ("linked", persons.Linked));
        return new ComposedSql(sql, parameters);
    }

    /// <summary>A person is in a period once; what is added up is kept one by one.</summary>
    private string Facts(TimeRange range, string counted)
    {
        string period = Period.BeginOf("timestamp");
        string index = Period.Between("{first:Date}", period);
        return Measure switch
        {
            CohortMeasure.Persons when IsMask(range) =>
                $"groupBitOrIf(bitShiftLeft(toUInt64(1), toUInt8({index})), {counted})",
            CohortMeasure.Persons => $"groupUniqArrayIf({period}, {counted})",
            CohortMeasure.Conversions => $"groupArrayIf({period}, {counted})",
            _ => $"groupArrayIf(({period}, toString(currency), assumeNotNull(revenue)), {counted})",
        };
    }

    private string Merged(TimeRange range)
    {
        const string AsFact = "'', toDecimal64(0, 4)";
        return Measure switch
        {
            CohortMeasure.Persons when IsMask(range) =>
                $"arrayMap(bit -> ({Period.After("{first:Date}", "bit")}, {AsFact}), "
                + "bitPositionsToArray(groupBitOr(own.facts)))",
            CohortMeasure.Persons =>
                $"arrayMap(period -> (period, {AsFact}), groupUniqArrayArray(own.facts))",
            CohortMeasure.Conversions =>
                $"arrayMap(period -> (period, {AsFact}), groupArrayArray(own.facts))",
            _ => "groupArrayArray(own.facts)",
        };
    }

    /// <summary>
    /// Whether the periods of a person are kept as 64 bits instead of an array, which took 0.6 of the CPU
    /// over 4 M events of half a million persons.
    /// </summary>
    private bool IsMask(TimeRange range) => CohortPeriod.Instant(
        Period.Add(FirstPeriod(range), MaskBits), range.Zone) >= range.To;

    private string Begins(EventConditions events) => Of switch
    {
        "first_touch" => events.OfTypes([.. Config.ClickTypes, .. Config.ViewTypes, .. Config.VisitTypes]),
        "install" => events.OfTypes(Config.Installs.Types.Append("install").Distinct()),
        _ => events.OfStep("--of", Of),
    };
}
