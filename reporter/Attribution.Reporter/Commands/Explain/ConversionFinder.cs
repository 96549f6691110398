using Attribution.ClickHouse.Http;
using Attribution.Reporter.Configs;
using Attribution.Reporter.Times;

namespace Attribution.Reporter.Commands.Explain;

/// <summary>
/// Finds a conversion's rows by its id: in the range first, which is cheap, and then at any time. Where there
/// are none it says what is near. Owned by one command.
/// </summary>
internal sealed class ConversionFinder(ReportSession session)
{
    private static readonly TimeRange Always =
        new(DateTime.UnixEpoch, new DateTime(2299, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <exception cref="ReportException">There is none, or none under the config asked for.</exception>
    public async Task<StoredConversion> FindAsync(string id, CancellationToken cancel)
    {
        string project = session.Settings.Project;
        List<Place> places = await PlacesAsync(id, project, session.Settings.Range, cancel)
            .ConfigureAwait(false);
        if (places.Count == 0)
            places = await PlacesAsync(id, project, Always, cancel).ConfigureAwait(false);
        if (places.Count == 0)
            throw await NotFoundAsync(id, cancel).ConfigureAwait(false);

        string? config = await AskedForAsync(cancel).ConfigureAwait(false);
        List<Place> wanted = [.. places.Where(place =>
            config is null || place.Config.StartsWith(config, StringComparison.Ordinal))];
        if (wanted.Count == 0)
            throw NotUnderConfig(id, places);

        Place chosen = wanted[0];
        NoteOthers(chosen, places, wanted);
        return await ReadAsync(id, chosen, cancel).ConfigureAwait(false);
    }

    /// <summary>The beginning of the hash of the config asked for; null for none.</summary>
    private async Task<string?> AskedForAsync(CancellationToken cancel)
    {
        string? text = session.Settings.Config;
        bool isDocument = text is not null && (File.Exists(text) || ConfigSource.Profiles.Contains(text));
        return isDocument
            ? (await ConfigSource.LoadAsync(session, text!, cancel).ConfigureAwait(false)).Hash
            : text;
    }

    private async Task<List<Place>> PlacesAsync(
        string id, string project, TimeRange range, CancellationToken cancel)
    {
        QueryParameters parameters = new QueryParameters()
            .Add("id", id)
            .Add("project", project)
            .Add("from", range.From)
            .Add("to", range.To);
        await using Rows rows =
            await session.QueryAsync("explain_find", parameters, cancel).ConfigureAwait(false);
        var places = new List<Place>();
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            places.Add(new Place(
                row.GetString("project"), row.GetDateTime("conversion_time"), row.GetString("config"),
                row.GetString("name")));
        return places;
    }

    private async Task<StoredConversion> ReadAsync(string id, Place place, CancellationToken cancel)
    {
        QueryParameters parameters = new QueryParameters()
            .Add("project", place.Project)
            .Add("time", place.Time)
            .Add("id", id)
            .Add("config", place.Config);
        await using Rows rows =
            await session.QueryAsync("explain_rows", parameters, cancel).ConfigureAwait(false);
        var models = new List<StoredModel>();
        StoredConversion? conversion = null;
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            models.Add(StoredModel.Of(row));
            conversion ??= new StoredConversion
            {
                Project = place.Project,
                Id = id,
                Time = place.Time,
                Type = row.GetString("conversion_type"),
                Config = place.Config,
                ConfigName = place.ConfigName,
                Version = row.GetUInt64("version"),
                Person = row.GetUInt64("person"),
                UserId = row.GetString("user_id"),
                Revenue = row.GetDecimal("revenue"),
                Currency = row.GetString("currency"),
                Models = [],
            };
        }

        return conversion is null
            ? throw new ReportException($"the rows of conversion '{id}' went while they were read.")
            : conversion with { Models = [.. models.InOrder(model => model.Name)] };
    }

    private void NoteOthers(Place chosen, List<Place> places, List<Place> wanted)
    {
        string[] configs = [.. places.Where(place => place.Time == chosen.Time)
            .Select(place => ReportSession.Short(place.Config))];
        if (session.Settings.Config is null && configs.Length > 1)
            session.Note($"note: {configs.Length} configs attributed this conversion: "
                + $"{string.Join(", ", configs)}. Shown is the newest; --config HASH chooses.");
        bool isAmbiguous = wanted.Select(place => place.Config).Distinct().Count() > 1;
        if (session.Settings.Config is not null && isAmbiguous)
            session.Note($"note: several configs begin with '{session.Settings.Config}'; shown is "
                + $"{ReportSession.Short(chosen.Config)}.");
        DateTime[] times = [.. places.Select(place => place.Time).Distinct()];
        if (times.Length > 1)
            session.Note($"note: {times.Length} conversions have this id, at "
                + $"{string.Join(", ", times.Select(session.Zone.Text))}. Shown is the newest; --from and "
                + "--to choose.");
    }

    private ReportException NotUnderConfig(string id, List<Place> places)
    {
        DateTime time = places[0].Time;
        return new ReportException(
            $"conversion '{id}' has no attribution under config "
            + $"'{session.Settings.Config}', but under "
            + $"{string.Join(", ", places.Select(place => ReportSession.Short(place.Config)).Distinct())}. "
            + $"To write it: replay --config {session.Settings.Config} --from {Day(time)} "
            + $"--to {DayAfter(time)}");
    }

    private async Task<ReportException> NotFoundAsync(string id, CancellationToken cancel)
    {
        string project = session.Settings.Project;
        string missing = $"no conversion '{id}' in project '{project}'";
        List<Place> elsewhere = await PlacesAsync(id, "", Always, cancel).ConfigureAwait(false);
        if (elsewhere.Count > 0)
            return new ReportException($"{missing}, but in "
                + $"{string.Join(", ", elsewhere.Select(place => place.Project).Distinct())} (--project).");
        if (await EventAsync(id, cancel).ConfigureAwait(false) is { } found)
            return new ReportException(found.Project == project
                ? $"{missing}: it is the id of an event of type '{found.Type}' at "
                    + $"{session.Zone.Text(found.Time)}, which no config has attributed. Where the type is "
                    + "one of a config's conversions: replay --config FILE --from "
                    + $"{Day(found.Time)} --to {DayAfter(found.Time)}"
                : $"{missing}: it is the id of an event of type '{found.Type}' in project "
                    + $"'{found.Project}' (--project).");

        List<string> similar = await session.TextsAsync(
            "explain_similar", new QueryParameters().Add("project", project).Add("id", id), cancel)
            .ConfigureAwait(false);
        return new ReportException(similar.Count > 0
            ? $"{missing}; ids that begin so: {string.Join(", ", similar)}."
            : $"{missing}: {await session.WhereOthersAreAsync(cancel).ConfigureAwait(false)}");
    }

    private async Task<NamedEvent?> EventAsync(string id, CancellationToken cancel)
    {
        QueryParameters parameters =
            new QueryParameters().Add("id", id).Add("project", session.Settings.Project);
        await using Rows rows =
            await session.QueryAsync("explain_event_named", parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            return new NamedEvent(
                row.GetString("project"), row.GetDateTime("timestamp"), row.GetString("type"));
        return null;
    }

    private string Day(DateTime time) => session.Zone.Text(session.Zone.DayOf(time));

    private string DayAfter(DateTime time) => session.Zone.Text(session.Zone.DayAfter(time));

    private sealed record Place(string Project, DateTime Time, string Config, string ConfigName);

    private sealed record NamedEvent(string Project, DateTime Time, string Type);
}
