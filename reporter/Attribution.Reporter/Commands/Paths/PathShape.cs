using System.Globalization;

namespace Attribution.Reporter.Commands.Paths;

/// <summary>What the steps of a path are, and how it is cut. Immutable.</summary>
internal sealed record PathShape
{
    private const string Channel = "channel";

    /// <summary>Stands before the last steps of a longer journey.</summary>
    public const string More = "…";

    public static IReadOnlyList<string> Steps { get; } = [Channel, "source", "campaign", "type"];

    public required string Step { get; init; }

    /// <summary>Whether a step that repeats the one before it is left out.</summary>
    public bool IsCollapsed { get; init; }

    /// <summary>Steps at most, the last ones; null keeps all.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The array of <c>attributions</c> that holds the steps.</summary>
    public string Column => Step == "type" ? "touch_types" : $"{Step}s";

    /// <summary>The path as SQL.</summary>
    /// <param name="steps">An expression for all steps, as an array.</param>
    public string Sql(string steps)
    {
        string path = IsCollapsed ? $"arrayCompact({steps})" : steps;
        return MaxLength is { } most
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"if(length({path}) > {most}, arrayPushFront(arraySlice({path}, -{most}), '{More}'), {path})")
            : path;
    }
}
