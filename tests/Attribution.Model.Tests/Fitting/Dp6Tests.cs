using System.Globalization;
using System.Text.Json;
using Attribution.Model.Fitting;
using Attribution.Testing;

namespace Attribution.Model.Tests.Fitting;

/// <summary>DP6's Marketing-Attribution-Models on its own test data, to 1e-9.</summary>
/// <remarks>
/// Its journeys: a person's sessions in time order; a journey ends with each conversion and holds the
/// sessions of the 30 days before it; sessions after the last conversion are a journey to null. Its first
/// dataset has a session that is 184 days old, which would show.
/// </remarks>
public class Dp6Tests
{
    private const double Tolerance = 1e-9;
    private static readonly TimeSpan Lookback = TimeSpan.FromDays(30);

    [Theory]
    [InlineData("data/test_dataset.csv", "markov_transition_same_state")]
    [InlineData("data/test_dataset_multiple_conversions.csv", "markov_transition_same_state_integer_weights")]
    public void Transitions_AreTheirs(string file, string key)
    {
        JsonElement expected = Expected().GetProperty(file).GetProperty(key);
        Dictionary<(string, string), double> transitions = MarkovChain.Fit(Paths(Journeys(file)), 1)
            .Transitions().ToDictionary(step => (Name(step.From), Name(step.To)), step => step.Probability);

        int count = 0;
        foreach (JsonProperty from in expected.EnumerateObject())
        {
            foreach (JsonProperty to in from.Value.EnumerateObject())
            {
                Assert.Equal(to.Value.GetDouble(), transitions[(from.Name, to.Name)], Tolerance);
                count++;
            }
        }

        Assert.Equal(count, transitions.Count);
    }

    [Theory]
    [InlineData("data/test_dataset.csv", MarkovSolver.Lu)]
    [InlineData("data/test_dataset.csv", MarkovSolver.GaussSeidel)]
    [InlineData("data/test_dataset_multiple_conversions.csv", MarkovSolver.Lu)]
    [InlineData("data/test_dataset_multiple_conversions.csv", MarkovSolver.GaussSeidel)]
    public void RemovalEffects_AreTheirs(string file, MarkovSolver solver)
    {
        JsonElement expected = Expected().GetProperty(file).GetProperty("markov_removal_effect");
        MarkovFit fit = MarkovChain.Fit(Paths(Journeys(file)), 1, solver);

        Assert.Equal(expected.EnumerateObject().Count(), fit.Channels.Count);
        Assert.All(fit.Channels, channel =>
            Assert.Equal(expected.GetProperty(channel.Name).GetDouble(), channel.Effect, Tolerance));
    }

    /// <summary>What a table's whole-number weights make of each journey.</summary>
    [Fact]
    public void SharesOfJourneys_AreTheirs()
    {
        const string File = "data/test_dataset.csv";
        JsonElement expected = Expected().GetProperty(File).GetProperty("markov_journey_weights");
        List<Journey> journeys = Journeys(File);
        var table = FittedTable.From(MarkovChain.Fit(Paths(journeys), 1), []);

        Assert.Equal(expected.GetArrayLength(), journeys.Count);
        for (int i = 0; i < journeys.Count; i++)
        {
            // A journey without conversion has no weights there.
            if (expected[i].ValueKind == JsonValueKind.Null)
                continue;
            Assert.Equal(
                expected[i].EnumerateArray().Select(share => share.GetDouble()),
                FittedShares.Of(table, journeys[i].Channels),
                (a, b) => Math.Abs(a - b) < Tolerance);
        }
    }

    /// <summary>Their order: by person, then time; the five that they name.</summary>
    [Fact]
    public void Journeys_AreTheOnesTheyName()
    {
        List<Journey> journeys = Journeys("data/test_dataset.csv");

        Assert.Equal("direct>google_ads>direct", string.Join('>', journeys[0].Channels));
        Assert.Equal("seo>direct", string.Join('>', journeys[1].Channels));
        Assert.Equal([1, 0, 1, 1, 1], journeys.Select(journey => journey.Conversions));
    }

    private static JsonElement Expected()
    {
        using JsonDocument document =
            JsonDocument.Parse(File.ReadAllBytes(Corpora.Path("dp6-mam", "expected.json")));
        Assert.Equal(30, document.RootElement.GetProperty("lookback_days").GetInt32());
        return document.RootElement.Clone();
    }

    private static ChannelPaths Paths(IEnumerable<Journey> journeys)
    {
        var paths = new ChannelPaths();
        foreach (Journey journey in journeys)
            paths.Add(journey.Channels, journey.Conversions, 0, journey.Conversions == 0 ? 1 : 0);
        return paths;
    }

    private static List<Journey> Journeys(string file)
    {
        string[] lines = File.ReadAllLines(Corpora.Path("dp6-mam", file));
        string[] header = lines[0].Split(',');
        int weight = Array.IndexOf(header, "n_purchases");
        var journeys = new List<Journey>();
        foreach (var person in lines[1..].Select(line => line.Split(',')).GroupBy(cells => cells[0]))
        {
            var open = new List<(DateTime Time, string Channel)>();
            foreach (string[] cells in person)
            {
                DateTime time = DateTime.Parse(cells[2], CultureInfo.InvariantCulture);
                open.Add((time, cells[^1]));
                if (cells[4] == "0")
                    continue;
                journeys.Add(Within(open, time, weight < 0 ? 1 : int.Parse(cells[weight], null)));
                open.Clear();
            }

            if (open.Count > 0)
                journeys.Add(Within(open, open[^1].Time, 0));
        }

        return journeys;
    }

    private static Journey Within(
        List<(DateTime Time, string Channel)> sessions, DateTime end, int conversions) =>
        new([.. sessions.Where(s => end - s.Time <= Lookback).Select(s => s.Channel)], conversions);

    private static string Name(string state) => state.Trim('(', ')');

    private sealed record Journey(string[] Channels, int Conversions);
}
