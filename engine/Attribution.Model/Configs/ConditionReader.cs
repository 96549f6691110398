using System.Text.Json;
using Attribution.Model.Conditions;
using Attribution.Model.Conditions.Fields;

namespace Attribution.Model.Configs;

/// <summary>
/// Compiles one condition of a config document. Lives while that is read; not thread-safe.
/// </summary>
internal sealed class ConditionReader
{
    private const string Expected =
        "a condition: an object with all, any, not, or a field and one operator; at most 8 deep";

    private readonly List<ConfigError> _errors;
    private int _nodeCount;

    private ConditionReader(List<ConfigError> errors) => _errors = errors;

    /// <summary>The condition, or null where it was refused.</summary>
    public static Condition? Read(JsonElement element, string path, List<ConfigError> errors) =>
        new ConditionReader(errors).ReadNode(element, path, depth: 1);

    private Condition? ReadNode(JsonElement element, string path, int depth)
    {
        var node = new ConfigSection(element, path, _errors);
        if (!node.IsGiven)
            return null;
        if (depth > Condition.MaxDepth)
            return Refuse(node, element, Expected);
        if (++_nodeCount > Condition.MaxNodes)
        {
            // Said once, however many more there are.
            return _nodeCount == Condition.MaxNodes + 1
                ? Refuse(node, element, "at most 256 tests, alls, anys and nots in one condition")
                : null;
        }

        Condition? read = ReadKnown(node, element, depth);
        if (read is not null)
            node.RefuseOthers("nothing else beside all, any, not, or a field and its one operator");
        return read;
    }

    private Condition? ReadKnown(ConfigSection node, JsonElement element, int depth)
    {
        if (node.Has(Junction.All))
            return ReadJunction(node, Junction.All, depth);
        if (node.Has(Junction.Any))
            return ReadJunction(node, Junction.Any, depth);
        if (node.TryTake(Negation.Name, out JsonElement negated))
        {
            Condition? part = ReadNode(negated, node.PathOf(Negation.Name), depth + 1);
            return part is null ? null : new Negation(part);
        }

        if (!node.TryTake("field", out JsonElement named))
            return Refuse(node, element, Expected);
        if (ConfigSection.TryGetText(named, out string name)
            && ConditionFields.TryParse(name, out ConditionField field))
        {
            return new ConditionTestReader(node, field, element).Read();
        }

        node.Refuse("field", named, ConditionFields.Expected);
        return null;
    }

    private Junction? ReadJunction(ConfigSection node, string name, int depth)
    {
        JsonElement[] items = node.Items(
            name, 1, Condition.MaxNodes, "an array of 1 to 256 conditions");
        Condition?[] parts =
            [.. items.Select((item, index) => ReadNode(item, node.PathOf(name, index), depth + 1))];
        return parts.Length == 0 || parts.Contains(null) ? null : new Junction(name, parts!);
    }

    private static Condition? Refuse(ConfigSection node, JsonElement element, string expected)
    {
        node.Refuse("", element, expected);
        return null;
    }
}
