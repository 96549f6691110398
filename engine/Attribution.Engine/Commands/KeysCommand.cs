using System.CommandLine;
using System.Globalization;
using Attribution.Engine.Ingest;
using Attribution.Engine.Keys;

namespace Attribution.Engine.Commands;

/// <summary>
/// <c>engine keys create|list|revoke</c>: changes the file of keys, whether an engine runs or not; one that
/// does follows within seconds. Stateless.
/// </summary>
internal static class KeysCommand
{
    private static readonly Dictionary<string, KeyScopes> Scopes = new(StringComparer.Ordinal)
    {
        ["ingest"] = KeyScopes.Ingest,
        ["read"] = KeyScopes.Read,
        ["admin"] = KeyScopes.Admin,
    };

    public static Command Create(Option<string> data) => new("keys", "Makes, lists and revokes API keys.")
    {
        CreateKey(data),
        ListKeys(data),
        RevokeKey(data),
    };

    private static Command CreateKey(Option<string> data)
    {
        var project = new Option<string>("--project")
        {
            Description = $"Whose events it sends or reads; 1 to {Project.MaxNameBytes} bytes.",
            Required = true,
        };
        var scopes = new Option<string[]>("--scope")
        {
            Description = "What it is for: ingest, read, admin; several are several --scope.",
            DefaultValueFactory = _ => ["ingest"],
            AllowMultipleArgumentsPerToken = true,
        };
        var quota = new Option<int?>("--events-per-second")
        {
            Description = "Events per second it may send; 0 sets no limit; the engine's default otherwise.",
        };
        var name = new Option<string>("--name")
        {
            Description = "For people: whose key it is, or where it lies.",
            DefaultValueFactory = _ => "",
        };
        var command = new Command("create", "Makes a key and prints it, this once.")
        {
            project, scopes, quota, name, data,
        };
        command.SetAction((parsed, cancel) => EngineCommand.GuardAsync(async () =>
        {
            string text = KeyText.Create();
            KeyText.TryReadId(text, out ReadOnlySpan<char> id);
            var key = new ApiKey
            {
                Id = id.ToString(),
                Project = parsed.GetRequiredValue(project),
                Scopes = ScopesOf(parsed.GetRequiredValue(scopes)),
                Sha256 = KeyText.Hash(text),
                Created = Now(),
                EventsPerSecond = parsed.GetValue(quota),
                Name = parsed.GetRequiredValue(name),
            };
            Check(key);
            var file = new KeyFile(parsed.GetRequiredValue(data));
            await file.ChangeAsync(keys => [.. keys, key], cancel).ConfigureAwait(false);
            await SayAsync(parsed, $"key {key.Id} of project {key.Project}, for {ScopeText(key.Scopes)}; it "
                + "is shown this once, only its hash is kept").ConfigureAwait(false);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(text).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static Command ListKeys(Option<string> data)
    {
        var command = new Command("list", "Lists all keys, tab-separated; never the keys themselves.")
        {
            data,
        };
        command.SetAction((parsed, _) => EngineCommand.GuardAsync(async () =>
        {
            IReadOnlyList<ApiKey> keys = new KeyFile(parsed.GetRequiredValue(data)).Read();
            TextWriter output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync("id\tproject\tscopes\tevents_per_second\tcreated\trevoked\tname")
                .ConfigureAwait(false);
            foreach (ApiKey key in keys)
                await output.WriteLineAsync(Line(key)).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static Command RevokeKey(Option<string> data)
    {
        var id = new Argument<string>("ID") { Description = "The key's id, as `keys list` shows it." };
        var command = new Command("revoke", "Revokes a key for good; an engine that runs follows in seconds.")
        {
            id, data,
        };
        command.SetAction((parsed, cancel) => EngineCommand.GuardAsync(async () =>
        {
            // Whoever passes the whole key means it too.
            string wanted = parsed.GetRequiredValue(id);
            if (KeyText.TryReadId(wanted, out ReadOnlySpan<char> found))
                wanted = found.ToString();
            var file = new KeyFile(parsed.GetRequiredValue(data));
            await file.ChangeAsync(keys => Revoke(keys, wanted, file.FullName), cancel)
                .ConfigureAwait(false);
            await SayAsync(parsed, $"key {wanted} is revoked").ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static ApiKey[] Revoke(IReadOnlyList<ApiKey> keys, string id, string file)
    {
        if (!keys.Any(key => key.Id == id))
            throw new KeyFileException(
                $"{file} knows no key with the id given. `keys list` shows all ids.");
        return [.. keys.Select(key => key.Id == id ? key with { Revoked = key.Revoked ?? Now() } : key)];
    }

    private static void Check(ApiKey key)
    {
        string? problem = KeyDocument.ProblemOfProject(key.Project)
            ?? KeyDocument.ProblemOfQuota(key.EventsPerSecond) ?? KeyDocument.ProblemOfName(key.Name);
        if (problem is not null)
            throw new KeyFileException($"No key was made: {problem}.");
    }

    private static KeyScopes ScopesOf(string[] names)
    {
        KeyScopes all = KeyScopes.None;
        foreach (string name in names)
        {
            if (!Scopes.TryGetValue(name, out KeyScopes scope))
                throw new KeyFileException($"--scope {name} is none of {string.Join(", ", Scopes.Keys)}.");
            all |= scope;
        }

        return all;
    }

    private static string Line(ApiKey key) => string.Join(
        '\t', key.Id, key.Project, ScopeText(key.Scopes),
        key.EventsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "default",
        TimeText(key.Created), key.Revoked is { } revoked ? TimeText(revoked) : "", key.Name);

    private static string ScopeText(KeyScopes scopes) => string.Join(
        ',', Scopes.Where(known => (scopes & known.Value) != 0).Select(known => known.Key));

    private static string TimeText(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Now()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }

    private static Task SayAsync(ParseResult parsed, string text) =>
        parsed.InvocationConfiguration.Error.WriteLineAsync($"attribution: {text}");
}
