using System.Text;
using Attribution.Engine.Sink;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>
/// Writes rows of <c>attributions</c> whose version is the sequence, so that tests can tell them.
/// Stateless.
/// </summary>
internal static class AttributionRows
{
    public static void Write(
        ShardWriter writer, string conversionId, long conversionMillis, long sequence, int touches = 1)
    {
        AttributionRow row = writer.BeginAttribution(conversionMillis, sequence);
        row.Header(new AttributionHeader
        {
            Project = "default"u8,
            ConversionId = Encoding.UTF8.GetBytes(conversionId),
            ConversionType = "purchase"u8,
            ConversionMillis = conversionMillis,
            Model = "linear"u8,
            Version = (ulong)sequence,
            Person = ulong.MaxValue,
            UserId = "user"u8,
            RevenueTenThousandths = 123_4567,
            Currency = 'E' | ('U' << 8) | ('R' << 16),
        });
        for (int touch = 0; touch < touches; touch++)
            WriteTouch(row, touch, conversionMillis);
        row.End("{\"rule\":\"linear\"}"u8);
    }

    private static void WriteTouch(AttributionRow row, int touch, long millis) => row.Touch(new CreditedTouch
    {
        TouchId = Encoding.UTF8.GetBytes($"touch-{touch}"),
        TouchMillis = millis - touch,
        TouchType = "click"u8,
        Channel = "Paid Search"u8,
        Source = "google"u8,
        Medium = "cpc"u8,
        Campaign = Encoding.UTF8.GetBytes($"campaign-{touch}"),
        CreditMillionths = (uint)touch,
        ValueTenThousandths = -touch,
    });
}
