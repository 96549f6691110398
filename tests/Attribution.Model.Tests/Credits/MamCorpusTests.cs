using System.Globalization;
using System.Text.Json;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Golden;
using Attribution.Testing;

namespace Attribution.Model.Tests.Credits;

/// <remarks>
/// The numbers that the tests of an independent implementation assert (DP6's Marketing-Attribution-Models,
/// Apache-2.0). Conversions are worth 10^14 ten-thousandths, so that their values show shares to 14 places.
/// Its
/// sessions are touches, the converting one too; a journey starts anew after each conversion; its time decay
/// counts whole days.
/// </remarks>
public class MamCorpusTests
{
    private const long Unit = 100_000_000_000_000;

    private static readonly AttributionConfig Config = GoldenConfig.Parse(
        """
        {"models":["first","last","last_non_direct","linear","time_decay"],"journey":"since_conversion",
        "time_decay":{"half_life":"1d","step":"1d"}}
        """);

    [Theory]
    [InlineData("test_dataset.csv", 5)]
    [InlineData("test_dataset_multiple_conversions.csv", 6)]
    public void Shares_OfEveryJourneyOfTheCorpus_AreThoseExpected(string dataset, int journeys)
    {
        using JsonDocument expected =
            JsonDocument.Parse(File.ReadAllText(Corpora.Path("dp6-mam", "expected.json")));
        JsonElement cases = expected.RootElement.GetProperty("data/" + dataset);
        AttributedConversion?[] found = Attribute(Corpora.Path("dp6-mam", "data", dataset));
        Assert.Equal(journeys, found.Length);
        foreach ((string name, string model) in new[]
        {
            ("first_click", "first"), ("last_click", "last"), ("last_click_non_direct", "last_non_direct"),
            ("linear", "linear"), ("time_decay_default", "time_decay"),
        })
        {
            JsonElement[] lists = [.. cases.GetProperty(name).EnumerateArray()];
            Assert.Equal(journeys, lists.Length);
            for (int i = 0; i < journeys; i++)
                AssertNear(lists[i], found[i]?[model], $"{dataset} {name} {i}");
        }
    }

    /// <summary>The second set's own case: nine paths, each worth 3.</summary>
    [Fact]
    public void Shares_OfTheSyntheticPaths_KeepTheInvariants()
    {
        using JsonDocument expected =
            JsonDocument.Parse(File.ReadAllText(Corpora.Path("dp6-mam", "expected.json")));
        string[][] paths =
        [
            .. expected.RootElement.GetProperty("test_mam_synthetic").GetProperty("paths").EnumerateArray()
                .Select(path => path.GetString()!.Split(" > ")),
        ];
        AttributionConfig config = AttributionConfig.Web;
        AttributedConversion[] found =
        [
            .. paths.Select(path =>
            {
                var builder = new HistoryBuilder(config);
                foreach ((int i, string channel) in path.Index())
                    builder.Add(Session(builder, $"{i}", i, channel == "A"));
                builder.Add(new Conversion { TimeMillis = 10, RevenueTenThousandths = 3_0000 });
                return Assert.Single(builder.Attribute());
            }),
        ];

        Assert.Equal(9, found.Length);
        foreach (string model in config.Models.Select(model => model.Name))
            Assert.Equal(27_0000, found.Sum(c => c[model].Touches.Sum(touch => touch.ValueTenThousandths)));
        foreach ((string[] path, AttributedConversion conversion) in paths.Zip(found))
        {
            Assert.All(
                conversion["linear"].Touches, t => Assert.Equal(3_0000 / path.Length, t.ValueTenThousandths));
            long first = conversion["position_based"].Touches[0].ValueTenThousandths;
            Assert.Equal(path.Length switch { 1 => 3_0000, 2 => 1_5000, _ => 1_2000 }, first);
            if (string.Join(">", path) == "B>C>A")
                Assert.Equal("1", Assert.Single(conversion["last_non_direct"].Touches).Id);
        }
    }

    /// <summary>One per journey in the expectations' order; null for one without a conversion.</summary>
    private static AttributedConversion?[] Attribute(string file)
    {
        string[][] rows = [.. File.ReadLines(file).Select(line => line.Split(','))];
        int purchases = Array.IndexOf(rows[0], "n_purchases");
        var journeys = new List<AttributedConversion?>();
        foreach (IGrouping<string, string[]> user in rows.Skip(1).GroupBy(row => row[0]))
        {
            var builder = new HistoryBuilder(Config);
            foreach (string[] row in user)
            {
                long time = DateTimeOffset.Parse(row[2], CultureInfo.InvariantCulture)
                    .ToUnixTimeMilliseconds();
                Touch touch = Session(builder, row[1], time, row[^1] == "direct");
                builder.Add(touch);
                if (row[4] == "1")
                {
                    long count = purchases < 0 ? 1 : long.Parse(row[purchases], CultureInfo.InvariantCulture);
                    builder.Add(new Conversion
                    {
                        TimeMillis = time,
                        EventId = touch.EventId,
                        RevenueTenThousandths = count * Unit,
                    });
                }
            }

            IReadOnlyList<AttributedConversion> conversions = builder.Attribute();
            journeys.AddRange(conversions);
            if (conversions.Count == 0)
                journeys.Add(null);
        }

        return [.. journeys];
    }

    private static Touch Session(HistoryBuilder builder, string id, long time, bool isDirect) => new()
    {
        TimeMillis = time,
        EventId = builder.Id(System.Text.Encoding.UTF8.GetBytes(id)),
        Kind = TouchKind.Visit,
        Flags = isDirect ? TouchFlags.Direct : TouchFlags.None,
        Channel = (ushort)(isDirect ? 0 : 18),
    };

    private static void AssertNear(JsonElement expected, AttributedModel? found, string where)
    {
        double[] shares = expected.ValueKind == JsonValueKind.Null
            ? []
            : [.. expected.EnumerateArray().Select(share => share.GetDouble())];
        if (found is null)
        {
            Assert.All(shares, share => Assert.Equal(0, share));
            return;
        }

        // Each touch that took part, credited or not, in order.
        Assert.Equal(shares.Length, found.ReadEvidence().Eligible);
        string[] ids =
        [
            .. found.Touches.Select(touch => (touch.TimeMillis, touch.Id))
                .Concat(found.ReadEvidence().Rejected
                    .Where(r => r.Rule is not ("outside_window" or "before_previous_conversion"))
                    .Select(r => (r.TimeMillis, Id: r.Touch)))
                .Order().Select(pair => pair.Id),
        ];
        Assert.Equal(shares.Length, ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            long value = found.Touches.SingleOrDefault(t => t.Id == ids[i])?.ValueTenThousandths ?? 0;
            Assert.True(
                Math.Abs(((double)value / Unit) - shares[i]) < 1e-9,
                $"{where}: {value} for {shares[i]} of {ids[i]}");
        }
    }
}
