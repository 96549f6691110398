using System.Globalization;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Persons;

/// <summary>
/// Ids that chance links, in any direction and over any kinds: as many persons of as many ids as a search
/// through the same links finds.
/// </summary>
public sealed class PersonLinksTests(PersonLinksTests.LinkedIds database)
    : IClassFixture<PersonLinksTests.LinkedIds>
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, LinkedIds.SeedCount)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Persons_OfAnyLinks_HaveAllTheirIds(int seed)
    {
        ReporterRun run = await database.RunAsync(
            "paths", "--ending", "none", "--show", "lengths", "--project", LinkedIds.Project(seed));

        IEnumerable<(int, int)> expected = LinkedIds.Persons(seed).CountBy(ids => ids)
            .Select(each => (each.Key, each.Value)).Order();
        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(expected, run.Cells().Select(cells => (Number(cells[0]), Number(cells[1]))).Order());
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>One project for each seed; every id has one visit.</summary>
    public sealed class LinkedIds : TestDatabase
    {
        public const int SeedCount = 12;

        // As the engine orders them; the first half of the seeds links in that order only, as it does.
        private static readonly string[] Kinds = ["user", "anonymous", "device"];

        public static string Project(int seed) => string.Create(CultureInfo.InvariantCulture, $"seed{seed}");

        /// <summary>How many ids each person has.</summary>
        public static IEnumerable<int> Persons(int seed)
        {
            (int Kind, int Id)[][] links = [.. Links(seed)];
            Dictionary<(int, int), HashSet<(int, int)>> persons = [];
            foreach ((int Kind, int Id)[] link in links)
            {
                HashSet<(int, int)> all =
                    [.. link.SelectMany(id => persons.GetValueOrDefault(id) ?? [id])];
                foreach ((int, int) id in all)
                    persons[id] = all;
            }

            return persons.Values.Distinct().Select(ids => ids.Count);
        }

        protected override async Task FillAsync()
        {
            for (int seed = 0; seed < SeedCount; seed++)
            {
                (int Kind, int Id)[][] links = [.. Links(seed)];
                await InsertAsync("identities", [.. links.Select(link => new Dictionary<string, string>
                {
                    ["project"] = Project(seed),
                    ["id_kind"] = Kinds[link[0].Kind],
                    ["id"] = Text(link[0]),
                    ["other_kind"] = Kinds[link[1].Kind],
                    ["other_id"] = Text(link[1]),
                })]);
                await InsertAsync("events", [.. links.SelectMany(ids => ids).Distinct().Select(id =>
                    new Dictionary<string, string>
                    {
                        ["project"] = Project(seed),
                        ["event_id"] = Text(id),
                        ["type"] = "visit",
                        ["timestamp"] = "2026-11-19 10:00:00",
                        [$"{Kinds[id.Kind]}_id"] = Text(id),
                    })]);
            }
        }

        private static string Text((int Kind, int Id) id) =>
            string.Create(CultureInfo.InvariantCulture, $"{Kinds[id.Kind]}{id.Id}");

        private static IEnumerable<(int Kind, int Id)[]> Links(int seed)
        {
            var random = new Random(seed);
            int count = random.Next(4, 90);
            int ids = random.Next(4, 40);
            for (int i = 0; i < count; i++)
            {
                (int Kind, int Id)[] link =
                    [(random.Next(3), random.Next(ids)), (random.Next(3), random.Next(ids))];
                if (seed < SeedCount / 2)
                    Array.Sort(link);
                if (link[0] != link[1])
                    yield return link;
            }
        }
    }
}
