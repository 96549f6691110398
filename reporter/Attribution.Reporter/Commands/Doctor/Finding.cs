using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Doctor;

/// <summary>How a finding is meant. A value.</summary>
internal enum FindingState
{
    Ok,

    /// <summary>May be as it should be; somebody should look.</summary>
    Look,
    Wrong,
}

/// <summary>What one check found, and what to do. Immutable.</summary>
internal sealed record Finding(string Check, FindingState State, string Found, string Todo = "")
{
    public static readonly ReportColumn[] Columns =
    [
        ReportColumn.Text("check", "Check"), ReportColumn.Text("state", "State"),
        ReportColumn.Prose("found", "Found", 8), ReportColumn.Prose("todo", "What to do", 16),
    ];

    public object?[] Values => [Check, State.ToString().ToLowerInvariant(), Found, Todo];

    public static Finding Ok(string check, string found) => new(check, FindingState.Ok, found);
}
