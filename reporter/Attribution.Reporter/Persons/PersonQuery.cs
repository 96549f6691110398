using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;

namespace Attribution.Reporter.Persons;

/// <summary>
/// Asks a question about persons: all the ids that the engine linked are one. Immutable.
/// </summary>
/// <remarks>
/// As the engine does, an event is its strongest id's (user, device, anonymous, and a click id under a config
/// that links by them; one without any that says something is alone), and ids that links lead from one to the
/// other are one person's. Links are few beside events, so a query first gathers the events of each id, and
/// only then joins ids to persons and gathers again.
/// </remarks>
/// <param name="rules">Which ids say nothing, and whether click ids are ids.</param>
/// <param name="compose">Makes the query; called again where more rounds are needed.</param>
internal sealed class PersonQuery(IdentityConfig rules, Func<PersonSql, ComposedSql> compose)
{
    /// <summary>
    /// Two rounds settle every person whose ids are at most a few links apart; a chain of all the 256 ids
    /// that a person may have took 6.
    /// </summary>
    private static readonly int[] Rounds = [2, 6, 14];

    /// <summary>As schema version 8 stores it, by the rules that configs have by default.</summary>
    private const string StoredId = "strongest_id";

    private static readonly IdentityConfig DefaultRules = new();

    private bool IsIdStored => !rules.LinksClickIds && rules.Ignore.SequenceEqual(DefaultRules.Ignore);

    public async Task<Rows> AskAsync(ReportSession session, CancellationToken cancel)
    {
        string id = IsIdStored ? StoredId : Id();
        for (int at = 0; ;)
        {
            try
            {
                return await AskAsync(session, id, Rounds[at], cancel).ConfigureAwait(false);
            }
            catch (ClickHouseException error)
                when (error.Code == ServerCode.ThrowIf && at < Rounds.Length - 1)
            {
                // Some person's ids are further apart.
                at++;
            }
            catch (ClickHouseException error)
                when (error.Code == ServerCode.UnknownColumn && id == StoredId)
            {
                // An older engine made the database.
                id = Id();
            }
        }
    }

    private Task<Rows> AskAsync(ReportSession session, string id, int rounds, CancellationToken cancel)
    {
        ComposedSql composed = compose(new PersonSql(id, Linked(rounds)));
        if (id != StoredId)
            composed.Parameters.Add("ignored", rules.Ignore).Add("links_clicks", rules.LinksClickIds);
        return session.QueryComposedAsync(composed.Sql, composed.Parameters, cancel);
    }

    private static string Id() => SqlFile.Load(
        "persons_id",
        ("user_ignored", Ignored("user_id")),
        ("device_ignored", Ignored("device_id")),
        ("anonymous_ignored", Ignored("anonymous_id")));

    private static string Ignored(string column) => SqlFile.Load("persons_ignored", ("column", column));

    private static string Linked(int rounds)
    {
        string links = SqlFile.Load("persons_links").TrimEnd();
        string edges = SqlFile.Load("persons_knots", ("links", links));
        for (int round = 0; round < rounds; round++)
            edges = SqlFile.Load("persons_round", ("edges", edges));
        return SqlFile.Load("persons_linked", ("links", links), ("edges", edges));
    }
}

/// <summary>What a query about persons is made of. Immutable.</summary>
/// <param name="Id">An expression over an event's columns: the hash of its strongest id.</param>
/// <param name="Linked">A query for columns <c>id</c> and <c>person</c>.</param>
internal sealed record PersonSql(string Id, string Linked);

/// <summary>SQL with its values. Owned by one query.</summary>
internal sealed record ComposedSql(string Sql, QueryParameters Parameters);
