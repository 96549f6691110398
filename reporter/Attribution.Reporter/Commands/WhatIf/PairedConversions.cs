namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>
/// Brings together what two configs made of the same conversion. Holds a conversion until its other side
/// comes, which both sides do within one chunk: at most that chunk's conversions. Thread-safe.
/// </summary>
internal sealed class PairedConversions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(DateTime Time, string Id), (int Side, AttributedConversion One)> _waiting =
        [];

    /// <param name="side">0 for the former config, 1 for the latter.</param>
    /// <param name="other">The other side's, where it was waiting.</param>
    public bool TryPair(int side, AttributedConversion one, out AttributedConversion other)
    {
        (DateTime, string) key = (one.Facts.Time, one.Facts.Id);
        lock (_lock)
        {
            if (_waiting.TryGetValue(key, out (int Side, AttributedConversion One) waiting)
                && waiting.Side != side)
            {
                _waiting.Remove(key);
                other = waiting.One;
                return true;
            }

            _waiting[key] = (side, one);
            other = one;
            return false;
        }
    }

    /// <summary>Takes those that only one side knows; called when no more can come.</summary>
    public List<(int Side, AttributedConversion One)> TakeSingles()
    {
        lock (_lock)
        {
            List<(int, AttributedConversion)> singles = [.. _waiting.Values];
            _waiting.Clear();
            return singles;
        }
    }
}
