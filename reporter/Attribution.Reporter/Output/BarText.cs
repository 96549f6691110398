namespace Attribution.Reporter.Output;

/// <summary>A number as a bar of block characters. Stateless.</summary>
internal static class BarText
{
    private const string Eighths = "▏▎▍▌▋▊▉█";

    /// <summary>Nothing for what is not above 0; at least an eighth of a cell for what is.</summary>
    /// <param name="value">How much.</param>
    /// <param name="most">How much the longest bar stands for.</param>
    /// <param name="cells">How long that one is.</param>
    public static string Of(decimal value, decimal most, int cells)
    {
        if (value <= 0 || most <= 0)
            return "";
        int eighths = Math.Max(1, (int)decimal.Round(value / most * cells * Eighths.Length));
        string whole = new(Eighths[^1], eighths / Eighths.Length);
        int rest = eighths % Eighths.Length;
        return rest == 0 ? whole : whole + Eighths[rest - 1];
    }
}
