using System.Text;
using System.Text.Json.Nodes;
using Attribution.Model.Configs;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// <c>{"all": […]}</c> or <c>{"any": […]}</c>: asked in the order written, until one decides. Immutable.
/// </summary>
internal sealed class Junction(string name, Condition[] parts) : Condition
{
    public const string All = "all";
    public const string Any = "any";

    /// <summary>The answer of one part that decides the whole: true for any, false for all.</summary>
    private readonly bool _deciding = name == Any;

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        foreach (Condition part in parts)
        {
            if (part.Matches(record, eventBytes, context) == _deciding)
                return _deciding;
        }

        return !_deciding;
    }

    /// <remarks>The order of the parts, and a part that stands twice, mean nothing.</remarks>
    public override JsonNode ToJson()
    {
        var sorted = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (JsonNode part in parts.Select(part => part.ToJson()))
            sorted[Encoding.UTF8.GetString(CanonicalJson.Write(part))] = part;
        return new JsonObject { [name] = new JsonArray([.. sorted.Values]) };
    }

    public override Condition ForOneThread() =>
        new Junction(name, [.. parts.Select(part => part.ForOneThread())]);
}

/// <summary><c>{"not": …}</c>. Immutable.</summary>
internal sealed class Negation(Condition part) : Condition
{
    public const string Name = "not";

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context) =>
        !part.Matches(record, eventBytes, context);

    public override JsonNode ToJson() => new JsonObject { [Name] = part.ToJson() };

    public override Condition ForOneThread() => new Negation(part.ForOneThread());
}
