using System.CommandLine;

namespace Attribution.Reporter.Commands;

/// <summary>A command whose help opens with examples. Owned by its parent.</summary>
internal abstract class ExampleCommand(string name, string description) : Command(name, description)
{
    /// <summary>What can be typed right away, without the program's name.</summary>
    public abstract IReadOnlyList<string> Examples { get; }
}
