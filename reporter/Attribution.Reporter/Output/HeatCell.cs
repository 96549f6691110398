namespace Attribution.Reporter.Output;

/// <summary>
/// A cell of a table whose background says how much it is, where there are colours. Immutable.
/// </summary>
/// <param name="Text">What stands in it.</param>
/// <param name="Share">From 0, which stays plain, to 1.</param>
internal readonly record struct HeatCell(string Text, double Share)
{
    /// <summary>
    /// From pale to deep blue, of the 256 colours that every terminal has alike, with writing that can be
    /// read on each.
    /// </summary>
    private static readonly (int Ground, int Writing)[] Ramp =
        [(195, 16), (153, 16), (117, 16), (75, 16), (33, 231), (27, 231), (19, 231)];

    public override string ToString() => Text;

    /// <summary>What a terminal needs before the text; empty for none.</summary>
    public string Ground
    {
        get
        {
            if (!(Share > 0))
                return "";
            int step = Math.Min((int)(Math.Min(Share, 1) * Ramp.Length), Ramp.Length - 1);
            return $"\e[48;5;{Ramp[step].Ground};38;5;{Ramp[step].Writing}m";
        }
    }
}
