using System.Text.Json;
using Attribution.Simulator.Tests.Support;
using Attribution.Simulator.Truths;

namespace Attribution.Simulator.Tests;

/// <remarks>
/// The truth is kept while events are planned; here it is counted again from what was delivered, and what a
/// channel caused is compared with the same world run again without that channel.
/// </remarks>
public class TruthTests
{
    private static readonly SimulatedWorld World = SimulatedWorld.Read(Worlds.Options(40_000));

    [Fact]
    public void Totals_CountedAgainFromTheWire_AreEqual()
    {
        ReceivedEvent[] distinct = [.. ReceivedEvent.Read(World.Bodies).DistinctBy(e => e.EventId)];
        Truth truth = World.Truth;

        Assert.Equal(distinct.Length, truth.Events);
        Assert.Equal(World.Delivered.Count, truth.Delivered);
        Assert.Equal(World.Delivered.Count - distinct.Length, truth.Duplicates);
        Assert.Equal(distinct.Count(e => e.SentMillis is not null), truth.Skewed);
        Assert.Equal(Sorted(distinct.GroupBy(e => e.Type)), truth.EventsByType);
        Assert.Equal(distinct.Count(IsConversion), truth.Conversions);
        Assert.Equal(Sorted(distinct.Where(IsConversion).GroupBy(e => e.Type)), truth.ConversionsByType);
        Assert.Equal(Revenue(distinct), truth.RevenueTenThousandths);
        Assert.Equal(Revenue(distinct.Where(IsConversion)), truth.ConversionRevenueTenThousandths);
    }

    [Fact]
    public void Totals_CountedAgainFromTheDescriptions_AreEqual()
    {
        SimulatedEvent[] distinct = [.. World.Distinct];
        Truth truth = World.Truth;

        Assert.Equal(distinct.Select(e => e.Person).Distinct().Count(), truth.Persons);
        Assert.Equal(distinct.Count(e => e.DeliveredMillis - e.TrueMillis >= Time.MinuteMillis), truth.Late);
        Assert.Equal(distinct.Count(e => e.IsOrganic), truth.OrganicConversions);
        foreach (ChannelTruth channel in truth.ByChannel)
        {
            SimulatedEvent[] caused = [.. distinct.Where(e => e.Causes.Contains(channel.Channel))];
            Assert.Equal(distinct.Count(e => e.Channel == channel.Channel), channel.Touches);
            Assert.Equal(caused.Length, channel.Conversions);
            Assert.Equal(
                caused.Sum(e => e.RevenueTenThousandths ?? 0), channel.RevenueTenThousandths.Values.Sum());
        }
    }

    public static TheoryData<string> ChannelNames =>
        [.. Enumerable.Range(0, Channels.Count).Select(Channels.Name)];

    [Theory]
    [MemberData(nameof(ChannelNames))]
    public void Channel_SwitchedOff_TakesExactlyWhatItCaused(string channel)
    {
        SimulatedWorld without = SimulatedWorld.Read(World.Truth.Options with { Without = channel });

        string[] expected =
        [
            .. World.Distinct
                .Where(e => e.IsConversion && !e.Causes.Contains(channel))
                .Select(e => e.EventId)
                .Order(),
        ];
        Assert.Equal(
            expected, without.Distinct.Where(e => e.IsConversion).Select(e => e.EventId).Order());
        Assert.DoesNotContain(without.Delivered, e => e.Channel == channel);
    }

    [Fact]
    public void Channel_WithoutEffect_SwitchedOffLosesNoConversion()
    {
        SimulatorOptions options = Worlds.Options() with
        {
            EffectPercent = new Dictionary<string, int> { ["Email"] = 0 },
        };
        SimulatedWorld with = SimulatedWorld.Read(options);
        SimulatedWorld without = SimulatedWorld.Read(options with { Without = "Email" });
        ChannelTruth email = with.Truth.ByChannel.Single(c => c.Channel == "Email");

        Assert.InRange(email.Touches, 500, 5_000);
        Assert.Equal(0, email.Conversions);
        Assert.Equal(0, email.ExpectedConversions);
        Assert.Equal(with.Truth.ConversionsByType, without.Truth.ConversionsByType);
        Assert.Equal(
            with.Truth.ConversionRevenueTenThousandths, without.Truth.ConversionRevenueTenThousandths);
    }

    [Fact]
    public void Conversions_NeedingNoTouch_HaveNoCauses()
    {
        Assert.All(World.Distinct.Where(e => e.IsOrganic), e => Assert.Empty(e.Causes));
        Assert.Contains(World.Distinct, e => e.IsConversion && !e.IsOrganic);
    }

    [Fact]
    public void ExpectedConversions_OverManyDecisions_AreNearThoseThatHappened()
    {
        Truth truth = SimulatedWorld.Read(Worlds.Options(200_000)).Truth;

        foreach (ChannelTruth channel in truth.ByChannel)
        {
            double expected = (double)channel.ExpectedConversions;
            double deviation = Math.Sqrt(expected);
            Assert.InRange(channel.Conversions, expected - (5 * deviation), expected + (5 * deviation));
        }
    }

    [Fact]
    public void Affiliates_LastBeforeManyConversions_CausedFewOfThem()
    {
        ChannelTruth affiliates = World.Truth.ByChannel.Single(c => c.Channel == "Affiliates");
        int last = World.Distinct.GroupBy(e => e.Person).Sum(person =>
        {
            SimulatedEvent[] ordered = [.. person.OrderBy(e => e.TrueMillis)];
            return ordered.Count(e => e.IsConversion && ordered
                .LastOrDefault(t => t.Channel is not (null or "Direct") && t.TrueMillis < e.TrueMillis)?
                .Channel == "Affiliates");
        });

        Assert.True(last > 10 * (affiliates.Conversions + 1), $"{last} against {affiliates.Conversions}");
    }

    [Fact]
    public void Json_OfATruth_HoldsItsTotals()
    {
        using var stream = new MemoryStream();
        TruthJson.Write(World.Truth, stream);
        using var document = JsonDocument.Parse(stream.ToArray());
        JsonElement root = document.RootElement;

        Assert.Equal(40_000, root.GetProperty("events").GetInt64());
        Assert.Equal(World.Truth.Conversions, root.GetProperty("conversions").GetInt64());
        Assert.Equal(Channels.Count, root.GetProperty("channels").GetArrayLength());
        foreach ((string currency, long tenThousandths) in World.Truth.RevenueTenThousandths)
        {
            string text = root.GetProperty("revenue").GetProperty(currency).GetString()!;
            Assert.Equal(
                tenThousandths,
                (long)(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 10_000));
        }
    }

    [Fact]
    public void Options_NamingAnUnknownChannel_AreRefusedWithTheKnownOnes()
    {
        SimulatorOptions options = Worlds.Options() with { Without = "Smoke Signals" };

        var error = Assert.Throws<ArgumentException>(() => SimulatedWorld.Read(options));
        Assert.Contains("Paid Search", error.Message, StringComparison.Ordinal);
    }

    private static bool IsConversion(ReceivedEvent e) =>
        e.Type is "install" or "signup" or "purchase" or "subscribe";

    private static SortedDictionary<string, long> Sorted(
        IEnumerable<IGrouping<string, ReceivedEvent>> groups) =>
        new(groups.ToDictionary(g => g.Key, g => (long)g.Count()), StringComparer.Ordinal);

    private static SortedDictionary<string, long> Revenue(IEnumerable<ReceivedEvent> events) =>
        new(events
            .Where(e => e.Revenue is not null)
            .GroupBy(e => e.Text("currency") is { Length: > 0 } currency ? currency : "USD")
            .ToDictionary(g => g.Key, g => (long)(g.Sum(e => e.Revenue!.Value) * 10_000)),
            StringComparer.Ordinal);
}
