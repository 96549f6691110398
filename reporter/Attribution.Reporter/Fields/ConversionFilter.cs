using Attribution.Reporter.Filters;

namespace Attribution.Reporter.Fields;

/// <summary>
/// A filter on whole conversions as a condition over table <c>attributions</c>. Owned by one query.
/// </summary>
/// <remarks>
/// What <c>and</c> joins at the top is looked at part by part: a part on the conversion's row is a condition
/// on it; one on its touches holds where it does for one of them; one on its event looks among the events. A
/// part cannot mix these.
/// </remarks>
internal sealed class ConversionFilter(FilterText where, SqlArguments arguments, Func<string, DateTime?> time)
{
    private readonly FilterSql _sql = new(where, arguments, time);

    /// <exception cref="UsageException">A field does not exist, or the filter makes no sense.</exception>
    public string Build()
    {
        FilterNode node = FilterParser.Parse(where);
        IEnumerable<FilterNode> parts = node is FilterNode.All all ? all.Parts : [node];
        return string.Join("\n        AND ", parts.Select(Part));
    }

    private string Part(FilterNode part)
    {
        List<CreditField> fields = [.. part.Fields.Select(Find)];
        CreditPlace place = fields[0].Place;
        int other = fields.FindIndex(field => field.Place != place);
        if (other >= 0)
            throw where.Error(
                part.Fields.ElementAt(other).At,
                "conversions, their touches and events are filtered apart: join them by 'and' only.");
        string condition = _sql.Of(part, name => Find(name).Field);
        return place switch
        {
            CreditPlace.Conversion => $"({condition})",
            CreditPlace.Touch => OneTouch(fields, condition),
            CreditPlace.ConversionEvent =>
                SqlFile.Load("conversions_event", ("condition", condition)).TrimEnd(),
            _ => throw where.Error(
                part.Fields.First().At, "conversions are not filtered by the events of their touches."),
        };
    }

    private CreditField Find(FilterValue name) => CreditFields.Find(name.Text, arguments)
        ?? throw where.Error(name.At, CreditFields.Unknown(name.Text));

    private static string OneTouch(List<CreditField> fields, string condition)
    {
        string[] names = [.. fields.Select(field => field.Field.Sql).Distinct()];
        IEnumerable<string> arrays = names.Select(name => name == "touch" ? "touches" : $"{name}s");
        return $"arrayExists(({string.Join(", ", names)}) -> {condition}, {string.Join(", ", arrays)})";
    }
}
