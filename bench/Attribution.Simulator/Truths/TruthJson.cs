using System.Text.Json;
using Attribution.Simulator.Rendering;

namespace Attribution.Simulator.Truths;

/// <summary>Writes a truth as a JSON document; money as exact decimal strings. Stateless.</summary>
public static class TruthJson
{
    public static void Write(Truth truth, Stream target)
    {
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        WriteWorld(json, truth);
        WriteCounts(json, "events_by_type", truth.EventsByType);
        WriteCounts(json, "conversions_by_type", truth.ConversionsByType);
        WriteMoney(json, "revenue", truth.RevenueTenThousandths);
        WriteMoney(json, "conversion_revenue", truth.ConversionRevenueTenThousandths);
        json.WriteStartArray("channels");
        foreach (ChannelTruth channel in truth.ByChannel)
        {
            json.WriteStartObject();
            json.WriteString("channel", channel.Channel);
            json.WriteNumber("touches", channel.Touches);
            json.WriteNumber("incremental_conversions", channel.Conversions);
            json.WriteNumber("expected_incremental_conversions", channel.ExpectedConversions);
            WriteMoney(json, "incremental_revenue", channel.RevenueTenThousandths);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteWorld(Utf8JsonWriter json, Truth truth)
    {
        json.WriteNumber("seed", truth.Options.Seed);
        json.WriteNumber("days", truth.Options.Days);
        json.WriteString("end", truth.Options.End.UtcDateTime);
        json.WriteNumber("persons", truth.Persons);
        json.WriteNumber("events", truth.Events);
        json.WriteNumber("delivered", truth.Delivered);
        json.WriteNumber("duplicates", truth.Duplicates);
        json.WriteNumber("late", truth.Late);
        json.WriteNumber("skewed", truth.Skewed);
        json.WriteNumber("conversions", truth.Conversions);
        json.WriteNumber("organic_conversions", truth.OrganicConversions);
    }

    private static void WriteCounts(
        Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach ((string key, long count) in counts)
            json.WriteNumber(key, count);
        json.WriteEndObject();
    }

    private static void WriteMoney(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> sums)
    {
        json.WriteStartObject(name);
        foreach ((string currency, long tenThousandths) in sums)
            json.WriteString(currency, Amounts.Text(tenThousandths));
        json.WriteEndObject();
    }
}
