using System.Text.Json.Nodes;

namespace Attribution.Model.Conditions.Operators;

/// <summary>What a condition asks of a text that is there. Immutable.</summary>
internal abstract class TextTest
{
    public abstract bool Holds(ReadOnlySpan<byte> text);

    /// <summary>Adds operator and operand to the condition's object.</summary>
    public abstract void Write(JsonObject condition);

    /// <inheritdoc cref="Condition.ForOneThread"/>
    public virtual TextTest ForOneThread() => this;
}
