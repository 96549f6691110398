using System.Text;
using Attribution.Model.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Engine.Tests.Sink.Support;

/// <summary>
/// Generates events with every field anything from absent to as long as the contract allows. Stateless.
/// </summary>
internal static class SampleEvents
{
    /// <summary>The most that 18 digits hold.</summary>
    private const long MaxMoney = 999_999_999_999_999_999;

    private static readonly (EventField Field, int MaxBytes)[] Limits =
    [
        (EventField.Project, 64), (EventField.Type, 64), (EventField.EventId, 64),
        (EventField.UserId, 256), (EventField.AnonymousId, 256), (EventField.DeviceId, 256),
        (EventField.InstallReferrer, 4_096), (EventField.Source, 512), (EventField.Medium, 512),
        (EventField.Campaign, 512), (EventField.Term, 512), (EventField.Content, 512),
        (EventField.ClickId, 512), (EventField.ClickIdType, 16), (EventField.Url, 4_096),
        (EventField.Referrer, 4_096),
        (EventField.UserAgent, 512), (EventField.Country, 2), (EventField.Properties, 12_000),
    ];

    /// <summary>
    /// The edges of months and of what a time may be, few enough for a test's worth of partitions.
    /// </summary>
    private static readonly long[] Times =
    [
        946_684_800_000, 951_868_799_999, 951_868_800_000, // 2000-01-01, and around its leap day's end
        1_767_225_599_999, 1_767_225_600_000, // the turn of 2025 to 2026
        SampleEvent.Noon, 4_107_542_399_999, // 2100-02-28, the last moment of a month without a leap day
    ];

    public static Gen<SampleEvent> Any()
    {
        Gen<EventHeader> headers =
            from flags in Gen.Elements(EventFlags.None, EventFlags.HasRevenue, EventFlags.HasSentAt,
                EventFlags.HasRevenue | EventFlags.HasSentAt, EventFlags.Truncated)
            from timestamp in Gen.Elements(Times)
            from received in Gen.Elements(Times)
            from sent in Gen.Elements(Times)
            from revenue in Gen.Elements(0L, 1L, -1L, 12_3456L, MaxMoney, -MaxMoney)
            from currency in Gen.Elements("", "USD", "EUR", "JPY")
            from ip in ArbMap.Default.GeneratorFor<ulong>()
            select new EventHeader
            {
                Kind = EventKind.Event,
                Flags = flags,
                TimestampMillis = timestamp,
                ReceivedMillis = received,
                SentMillis = sent,
                RevenueTenThousandths = revenue,
                Currency = Packed(currency),
                IpHigh = ip % 3 == 0 ? 0 : ip,
                IpLow = ip % 3 == 0 ? (ip << 32) | 0xFFFF_0000 : ~ip,
            };

        return from header in headers
               from texts in Gen.CollectToArray(Limits, static limit => Text(limit.MaxBytes))
               select NewSample(header, texts);
    }

    public static string CurrencyOf(EventHeader header) => header.Currency == 0
        ? ""
        : Encoding.ASCII.GetString(BitConverter.GetBytes(header.Currency), 0, 3);

    /// <summary>Absent, short, as long as allowed, or of odd letters.</summary>
    private static Gen<byte[]> Text(int maxBytes) => Gen.Frequency(
        (3, Gen.Constant(Array.Empty<byte>())),
        (4, from length in Gen.Choose(1, Math.Min(maxBytes, 20))
            from letters in Gen.Choose('a', 'z').Select(static letter => (byte)letter).ArrayOf(length)
            select letters),
        (2, Gen.Elements("ünïcödé", "日本語", "\u0000\t\n\"\\'", "🦆🦆", "é")
            .Select(text => Utf8(text, maxBytes))),
        (1, Gen.Choose('a', 'z').Select(letter => Enumerable.Repeat((byte)letter, maxBytes).ToArray())));

    private static byte[] Utf8(string text, int maxBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= maxBytes ? bytes : [];
    }

    private static SampleEvent NewSample(EventHeader header, byte[][] texts)
    {
        var sample = new SampleEvent("") { Header = header };
        for (int at = 0; at < Limits.Length; at++)
            sample[Limits[at].Field] = texts[at];
        return sample;
    }

    private static uint Packed(string currency)
    {
        uint packed = 0;
        for (int at = 0; at < currency.Length; at++)
            packed |= (uint)currency[at] << (8 * at);
        return packed;
    }
}
