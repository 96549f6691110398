using System.Globalization;
using Attribution.Model.Configs;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Persons;

/// <summary>
/// The hash of an event's strongest id, which the table makes of every event that comes: of the id that the
/// rules of configs choose, and not needed for an answer.
/// </summary>
public sealed class StrongestIdTests : IAsyncLifetime
{
    private static readonly string[] Question =
        ["paths", "--ending", "none", "--show", "lengths", "--from", "2026-11-19", "--to", "2026-11-20"];

    private readonly OddIds _database = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public Task InitializeAsync() => _database.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task StoredHash_OfAnyIds_IsOfTheOneThatTheRulesChoose()
    {
        string rows = await _database.SqlAsync(
            "SELECT event_id, strongest_id, cityHash64(toUInt8(1), user_id), "
            + "cityHash64(toUInt8(3), device_id), cityHash64(toUInt8(2), anonymous_id), "
            + "cityHash64(toUInt8(0), event_id) FROM $db.events");

        string[] lines = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(OddIds.Events.Count, lines.Length);
        foreach (string line in lines)
        {
            string[] cells = line.Split('\t');
            string[] ids = OddIds.Events[int.Parse(cells[0], CultureInfo.InvariantCulture)];
            int strongest = Array.FindIndex(ids, OddIds.SaysSomething);
            Assert.True(
                cells[strongest < 0 ? 5 : 2 + strongest] == cells[1], $"ids {string.Join(" | ", ids)}");
        }
    }

    /// <summary>An older engine made no such column; a config with other rules cannot use it.</summary>
    [Fact]
    public async Task Answers_WithTheHash_AreThoseWithout()
    {
        string stored = await AnswerAsync();
        Assert.Contains("strongest_id AS id", await AnswerAsync("--explain"), StringComparison.Ordinal);
        string config = Path.Combine(_folder.FullName, "clicks.json");
        await File.WriteAllTextAsync(config, """{ "profile": "web", "identity": { "click_ids": true } }""");
        Assert.Equal(stored, await AnswerAsync("--config", config));
        Assert.DoesNotContain(
            "strongest_id", await AnswerAsync("--explain", "--config", config), StringComparison.Ordinal);

        await _database.SqlAsync("ALTER TABLE $db.events DROP COLUMN strongest_id");

        Assert.Equal(stored, await AnswerAsync());
    }

    private async Task<string> AnswerAsync(params string[] options)
    {
        ReporterRun run = await _database.RunAsync([.. Question, .. options]);
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        return run.Out;
    }

    /// <summary>Events with any user, device and browser of ids that say something and that do not.</summary>
    private sealed class OddIds : TestDatabase
    {
        private static readonly string[] Ids =
        [
            "", .. new IdentityConfig().Ignore, "NULL", "Not Set", "(Not Set)", " null", "null ", "0 ", "00",
            "ü", "ÜNKNOWN", "users", "u", "1", "\0", "Ｎone",
        ];

        /// <summary>User, device and anonymous id of each event, whose id is its place.</summary>
        public static IReadOnlyList<string[]> Events { get; } =
        [
            .. Ids.SelectMany(user =>
                Ids.Select((device, at) => (string[])[user, device, Ids[((at * 7) + 3) % Ids.Length]])),
        ];

        public static bool SaysSomething(string id) =>
            id.Length > 0 && !new IdentityConfig().Ignore.Contains(AsciiLower(id));

        protected override Task FillAsync() => InsertAsync(
            "events",
            [.. Events.Select((ids, at) => new Dictionary<string, string>
            {
                ["project"] = "default",
                ["event_id"] = at.ToString(CultureInfo.InvariantCulture),
                ["type"] = "visit",
                ["timestamp"] = "2026-11-19 10:00:00",
                ["user_id"] = ids[0],
                ["device_id"] = ids[1],
                ["anonymous_id"] = ids[2],
            })]);

        private static string AsciiLower(string id) =>
            string.Concat(id.Select(letter => char.IsAscii(letter) ? char.ToLowerInvariant(letter) : letter));
    }
}
