namespace Attribution.Model.Credits;

/// <summary>The retargeting click and the opening that brought a person back. A value.</summary>
/// <param name="Touch">Index into the history's touches, or −1 where nobody was brought back.</param>
/// <param name="Opening">Index into the history's milestones, or −1.</param>
public readonly record struct Reengagement(int Touch, int Opening)
{
    public static Reengagement None { get; } = new(-1, -1);
}
