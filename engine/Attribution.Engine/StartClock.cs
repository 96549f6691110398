using System.Diagnostics;
using System.Globalization;

namespace Attribution.Engine;

/// <summary>How long each stage of a start took, one after the other. Owned by the starting task.</summary>
internal sealed class StartClock
{
    private readonly List<(string Name, TimeSpan Took)> _stages = [];
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>
    /// Stages as they ended; those of a part stand in its place. What was done at one time with others
    /// follows the stage that it was a part of.
    /// </summary>
    public IReadOnlyList<(string Name, TimeSpan Took)> Stages => _stages;

    /// <summary>What began when the stage before ended is over.</summary>
    public void Done(string stage)
    {
        _stages.Add((stage, Stopwatch.GetElapsedTime(_since)));
        _since = Stopwatch.GetTimestamp();
    }

    /// <summary>The same of a part that kept a clock of its own and ended now.</summary>
    public void Done(StartClock part)
    {
        _stages.AddRange(part.Stages);
        _since = Stopwatch.GetTimestamp();
    }

    /// <summary>A part of the stage before that was at work at one time with others.</summary>
    public void Within(string part, TimeSpan busy) => _stages.Add((part, busy));

    /// <summary>What took place before this program could look at a clock.</summary>
    public void Began(TimeSpan before) => _stages.Add(("process", before));

    /// <summary><c>ClickHouse 1.06 s, schema 0.21 s</c>, and so on.</summary>
    public override string ToString() => string.Join(", ", _stages.Select(stage => string.Create(
        CultureInfo.InvariantCulture, $"{stage.Name} {stage.Took.TotalSeconds:F2} s")));
}
