using System.Text.RegularExpressions;
using Attribution.Engine.Ingest;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Model.Events;

namespace Attribution.Engine.Tests.Ingest;

/// <remarks>
/// A sender without ids sends again what it sent: the same content must be the same event, any other not.
/// </remarks>
public class DerivedIdTests
{
    private const string Time = "\"timestamp\":1795236000000";

    [Fact]
    public void Id_IsShapedLikeAUuid()
    {
        ParsedEvent parsed = Bodies.ReadOne(Bodies.Event(Time));

        Assert.Matches(new Regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"), parsed[EventField.EventId]);
        Assert.Equal(
            EventHash.EventId(Bodies.Project.Hash, parsed.Bytes(EventField.EventId)),
            parsed.Record.EventIdHash);
    }

    [Theory]
    [InlineData("\"timestamp\":\"2026-11-21T04:40:00Z\"")]
    [InlineData("\"timestamp\":1795236000000.0,\"term\":null,\"unknown\":1")]
    [InlineData("\"timestamp\":1795236000000,\"sent_at\":1795236000001")]
    [InlineData("\"t\\u0069mestamp\":1795236000000,\"device_id\":\"0\"")]
    public void Id_SameContentSentOtherwise_IsTheSame(string fields)
    {
        var later = Bodies.Context with { ReceivedMillis = Bodies.ReceivedMillis + 5_000, Peer = default };

        Assert.Equal(
            Bodies.ReadOne(Bodies.Event(Time))[EventField.EventId],
            Bodies.ReadOne(Bodies.Event(fields), later)[EventField.EventId]);
    }

    [Theory]
    [InlineData("\"timestamp\":1795236000001")]
    [InlineData("\"timestamp\":1795236000000,\"revenue\":0")]
    [InlineData("\"timestamp\":1795236000000,\"revenue\":0.0001")]
    [InlineData("\"timestamp\":1795236000000,\"currency\":\"EUR\"")]
    [InlineData("\"timestamp\":1795236000000,\"term\":\"a\"")]
    [InlineData("\"timestamp\":1795236000000,\"content\":\"a\"")]
    [InlineData("\"timestamp\":1795236000000,\"ip\":\"1.2.3.4\"")]
    [InlineData("\"timestamp\":1795236000000,\"properties\":{}")]
    [InlineData("\"term\":null")]
    public void Id_OtherContent_IsAnother(string fields) => Assert.NotEqual(
        Bodies.ReadOne(Bodies.Event(Time))[EventField.EventId],
        Bodies.ReadOne(Bodies.Event(fields))[EventField.EventId]);

    [Fact]
    public void Id_WithoutATime_DiffersByWhenItWasReceived()
    {
        IngestContext later = Bodies.Context with { ReceivedMillis = Bodies.ReceivedMillis + 1 };
        string body = Bodies.Event("\"term\":\"a\"");

        Assert.Equal(Bodies.ReadOne(body)[EventField.EventId], Bodies.ReadOne(body)[EventField.EventId]);
        Assert.NotEqual(Bodies.ReadOne(body)[EventField.EventId],
            Bodies.ReadOne(body, later)[EventField.EventId]);
    }

    [Fact]
    public void Id_InAnotherProject_IsAnother()
    {
        IngestContext other = Bodies.Context with { Project = new Project("other") };

        Assert.NotEqual(
            Bodies.ReadOne(Bodies.Event(Time))[EventField.EventId],
            Bodies.ReadOne(Bodies.Event(Time), other)[EventField.EventId]);
    }
}
