using System.Text;
using System.Text.Json;
using Attribution.Model.Conditions;
using Attribution.Model.Conditions.Fields;
using Attribution.Model.Conditions.Operators;

namespace Attribution.Model.Configs;

/// <summary>
/// Compiles the one operator that stands beside a condition's field. Lives while that is read; not
/// thread-safe.
/// </summary>
internal sealed class ConditionTestReader(ConfigSection node, ConditionField field, JsonElement element)
{
    private const int MaxTextBytes = 512;
    private const int MaxItems = 4096;
    private static readonly string[] Strings = ["equals", "prefix", "suffix", "contains"];

    private static readonly string[] Operators =
        ["equals", "in", "prefix", "suffix", "contains", "regex", "range", "cidr", "exists"];

    /// <summary>Null where it was refused.</summary>
    public Condition? Read()
    {
        string? name = Array.Find(Operators, node.Has);
        string[] allowed = Allowed();
        if (name is null)
        {
            node.Refuse("", element, "beside the field one of " + string.Join(", ", allowed));
            return null;
        }

        node.TryTake(name, out JsonElement operand);
        if (!allowed.Contains(name))
        {
            node.Refuse(name, operand, $"for {field.Name} one of " + string.Join(", ", allowed));
            return null;
        }

        return name switch
        {
            "exists" => ReadExists(operand),
            "cidr" => ReadNetworks(operand),
            "range" => new RangeReader(node.PathOf("range"), operand, node).Read(field),
            "regex" => ReadRegex(operand),
            "in" => ReadSet(operand),
            _ => ReadString((StringOperator)Array.IndexOf(Strings, name), operand),
        };
    }

    private string[] Allowed() => field switch
    {
        AddressField => ["cidr", "exists"],
        RevenueField or TimeField => ["range", "exists"],
        ChoiceField => ["equals", "in", "exists"],
        _ => [.. Operators.Where(name => name != "cidr")],
    };

    private ExistsCondition? ReadExists(JsonElement operand)
    {
        if (operand.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return new ExistsCondition(field, operand.GetBoolean());

        node.Refuse("exists", operand, "true or false");
        return null;
    }

    private AddressCondition? ReadNetworks(JsonElement operand)
    {
        const string Expected = "a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or up to 4096";
        JsonElement[] items = operand.ValueKind == JsonValueKind.Array
            ? [.. operand.EnumerateArray()]
            : [operand];
        var networks = new List<Network>();
        foreach (JsonElement item in items.Take(MaxItems))
        {
            if (ConfigSection.TryGetText(item, out string text)
                && Network.TryParse(text, out Network network))
            {
                networks.Add(network);
            }
        }

        if (networks.Count == items.Length && items.Length > 0)
            return new AddressCondition(networks);

        node.Refuse("cidr", operand, Expected);
        return null;
    }

    private TextCondition? ReadRegex(JsonElement operand)
    {
        string reason = "";
        if (ConfigSection.TryGetText(operand, out string pattern)
            && pattern.Length is > 0 and <= RegexTest.MaxPatternChars)
        {
            try
            {
                return new TextCondition((TextField)field, new RegexTest(pattern));
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                reason = "; " + exception.Message;
            }
        }

        node.Refuse(
            "regex", operand,
            "a regular expression of 1 to 512 characters that needs no backtracking: no look-around, no "
            + "back-reference, no atomic group" + reason);
        return null;
    }

    private TextCondition? ReadSet(JsonElement operand)
    {
        bool ignoreCase = node.Flag("ignore_case", false);
        var items = new List<string>();
        int count = operand.ValueKind == JsonValueKind.Array ? operand.GetArrayLength() : 0;
        if (count is > 0 and <= MaxItems)
        {
            foreach (JsonElement item in operand.EnumerateArray())
            {
                if (TryReadText(item, StringOperator.Equals, ignoreCase, out string text))
                    items.Add(text);
            }
        }

        if (count > 0 && items.Count == count)
            return new TextCondition((TextField)field, new SetTest(items, ignoreCase));

        node.Refuse(
            "in", operand, "an array of 1 to 4096 items, each " + TextExpected(StringOperator.Equals));
        return null;
    }

    private TextCondition? ReadString(StringOperator @operator, JsonElement operand)
    {
        bool ignoreCase = node.Flag("ignore_case", false);
        if (TryReadText(operand, @operator, ignoreCase, out string text))
            return new TextCondition((TextField)field, new StringTest(@operator, text, ignoreCase));

        node.Refuse(Strings[(int)@operator], operand, TextExpected(@operator));
        return null;
    }

    private bool TryReadText(
        JsonElement operand, StringOperator @operator, bool ignoreCase, out string text)
    {
        // What a boolean is compared with is its JSON.
        if (operand.ValueKind is JsonValueKind.True or JsonValueKind.False)
            text = operand.GetRawText();
        else if (!ConfigSection.TryGetText(operand, out text))
            return false;

        if (Encoding.UTF8.GetByteCount(text) > MaxTextBytes
            || (text.Length == 0 && @operator != StringOperator.Equals))
        {
            return false;
        }

        return field switch
        {
            ChoiceField choice => choice.Choices.Contains(text),
            TrafficField => ignoreCase || !text.Any(char.IsAsciiLetterUpper),
            _ => true,
        };
    }

    private string TextExpected(StringOperator @operator) => field switch
    {
        ChoiceField choice => "one of " + string.Join(", ", choice.Choices),
        TrafficField => "a string of 1 to 512 bytes in lower case, as the field is",
        _ => (@operator == StringOperator.Equals ? "a string of at most" : "a string of 1 to") + " 512 bytes",
    };
}
