using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;
using Attribution.Testing;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Support.Histories;

namespace Attribution.Model.Tests;

/// <remarks>
/// What a worker does per event. A single allocation in it would be millions per second.
/// </remarks>
public class AllocationTests
{
    [Fact]
    public void Classify_AfterWarmUp_AllocatesNothing()
    {
        var classifier = new EventClassifier(AttributionConfig.Web);
        EventSample[] samples =
        [
            new("click", (EventField.Source, "Google"), (EventField.Medium, "CPC"),
                (EventField.Campaign, "Workshop")),
            new("visit", (EventField.Referrer, "https://news.google.co.uk/"),
                (EventField.Url, "https://a.example/")),
            new("visit", (EventField.ClickId, "1"), (EventField.ClickIdType, "ScCid")),
            new("install", (EventField.InstallReferrer, "utm_source=x"), (EventField.Source, "x")),
            new("tutorial_done"),
        ];
        int touches = 0;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach (EventSample sample in samples)
                touches += classifier.Classify(sample.Record, sample.Bytes).IsTouch ? 1 : 0;
        });

        Assert.Equal(0, allocated);
        Assert.True(touches > 0);
    }

    [Fact]
    public void Attribute_AfterWarmUp_AllocatesNothing()
    {
        AttributionConfig config = AttributionConfig.Web;
        var attributor = new Attributor(config);
        var result = new AttributionResult(config, 256);
        Touch[] touches =
        [
            .. Enumerable.Range(0, 200).Select(i => Touch(Noon - (40 * Day) + (i * 5 * Hour))),
        ];
        Conversion[] conversions = [Conversion(12_3457), Conversion(-long.MaxValue), Conversion(0)];

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach (Conversion conversion in conversions)
            {
                var history = new PersonHistory
                {
                    Touches = touches,
                    Conversions = new ReadOnlySpan<Conversion>(in conversion),
                    Texts = InlineTexts.Instance,
                };
                attributor.Attribute(history, 0, result);
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(128, result.EligibleCount);
    }

    /// <summary>Every model and every rule at once, with the evidence, for many persons in turn.</summary>
    [Fact]
    public void AttributeAndWrite_UnderEveryConfig_AllocatesNothingAfterWarmUp()
    {
        Person[] persons = [.. Gen.Sample(Persons.Arbitrary().Generator, 200, 10)];
        Dictionary<AttributionConfig, (Attributor, AttributionResult, EvidenceWriter)> functions =
            Persons.Configs.ToDictionary(config => config, config =>
                (new Attributor(config), new AttributionResult(config), new EvidenceWriter(config)));
        long bytes = 0;

        long allocated = Allocations.DuringSteadyState(() =>
        {
            foreach (Person person in persons)
            {
                (Attributor attributor, AttributionResult result, EvidenceWriter writer) =
                    functions[person.Config];
                var history = new PersonHistory
                {
                    Touches = person.Touches,
                    Conversions = person.Conversions,
                    Milestones = person.Milestones,
                    Texts = InlineTexts.Instance,
                };
                for (int conversion = 0; conversion < history.Conversions.Length; conversion++)
                {
                    attributor.Attribute(history, conversion, result);
                    for (int model = 0; model < result.Config.Models.Count; model++)
                        bytes += writer.Write(history, result, model, default).Length;
                }
            }
        });

        Assert.Equal(0, allocated);
        Assert.True(bytes > 0);
        Assert.Equal(Persons.Configs.Count, persons.Select(person => person.Config).Distinct().Count());
    }
}
