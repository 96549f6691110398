using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Fitting;

/// <summary>
/// What the attribution function makes of a fitted table: each touch's share of a revenue so large that it
/// shows the share to 1e-14. Stateless.
/// </summary>
internal static class FittedShares
{
    private const long Revenue = 100_000_000_000_000;

    public static double[] Of(IFittedTable table, params string[] channels)
    {
        AttributionConfig config = Config(table, channels);
        Touch[] touches = [.. channels.Select((channel, i) => new Touch
        {
            TimeMillis = Histories.Noon - Histories.Day + i,
            Kind = TouchKind.Click,
            Channel = (ushort)config.Channels.ToList().IndexOf(channel),
        })];
        return [.. Histories.Attribute(config, Histories.Conversion(Revenue), touches)
            .Values(0).Select(value => value / (double)Revenue)];
    }

    /// <summary>A config that knows the channels and computes the table's model alone.</summary>
    private static AttributionConfig Config(IFittedTable table, string[] channels)
    {
        var rules = new JsonArray();
        foreach (string channel in channels.Distinct())
        {
            rules.Add(new JsonObject
            {
                ["channel"] = channel,
                ["when"] = new JsonObject { ["field"] = "source", ["equals"] = channel },
            });
        }

        var document = new JsonObject
        {
            ["models"] = new JsonArray(table.Model.Name()),
            ["fitted"] = new JsonObject { [table.Model.Name()] = table.Hash },
            ["channels"] = new JsonObject { ["rules"] = rules },
        };
        return AttributionConfig.Parse(Encoding.UTF8.GetBytes(document.ToJsonString()), _ => table);
    }
}
