using System.Runtime.CompilerServices;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Events;

public class EventRecordTests
{
    /// <summary>The header lies in journals as it lies in memory: its size is part of their format.</summary>
    [Fact]
    public void Sizes_AreThoseOfTheFormat()
    {
        Assert.Equal(4, Unsafe.SizeOf<FieldSlice>());
        Assert.Equal(EventRecord.FieldCount * 4, Unsafe.SizeOf<FieldTable>());
        Assert.Equal(136, Unsafe.SizeOf<EventHeader>());
        Assert.Equal(18, Unsafe.SizeOf<CompactId>());
        Assert.Equal(56, Unsafe.SizeOf<Touch>());
        Assert.Equal(64, Unsafe.SizeOf<Conversion>());
        Assert.Equal(32, Unsafe.SizeOf<Milestone>());
    }

    [Fact]
    public void FieldTable_HasOneSlicePerField()
    {
        EventField[] fields = Enum.GetValues<EventField>();

        Assert.Equal(EventRecord.FieldCount, fields.Length);
        Assert.Equal(Enumerable.Range(0, fields.Length), fields.Select(field => (int)field));
    }

    [Fact]
    public void Types_HoldNoReferences()
    {
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<EventRecord>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<Touch>());
    }

    [Fact]
    public void Field_EachOfSeveral_IsItsOwnText()
    {
        var sample = new EventSample("click", (EventField.Source, "google"), (EventField.Properties, "{}"));

        Assert.Equal("click"u8, sample.Record.Field(EventField.Type, sample.Bytes));
        Assert.Equal("google"u8, sample.Record.Field(EventField.Source, sample.Bytes));
        Assert.Equal("{}"u8, sample.Record.Field(EventField.Properties, sample.Bytes));
        Assert.Equal(""u8, sample.Record.Field(EventField.Medium, sample.Bytes));
    }

    [Fact]
    public void ComputeHashes_AbsentIds_AreZero()
    {
        var sample = new EventSample("click", (EventField.Project, "p"), (EventField.AnonymousId, "a1"));

        sample.Record.ComputeHashes(sample.Bytes);

        Assert.Equal(0UL, sample.Record.UserIdHash);
        Assert.Equal(0UL, sample.Record.DeviceIdHash);
        Assert.Equal(
            EventHash.Id(EventHash.Project("p"u8), IdKind.Anonymous, "a1"u8), sample.Record.AnonymousIdHash);
    }
}
