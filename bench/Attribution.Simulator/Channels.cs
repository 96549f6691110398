namespace Attribution.Simulator;

/// <summary>
/// The channels of the simulated world, by their GA4 names, and what a touch truly does to a person in it:
/// millionths added to the probability of converting at each later moment of decision, before decay.
/// Constants; shared.
/// </summary>
public static class Channels
{
    public const int Count = 14;

    private static readonly (string Name, int ClickPpm, int ViewPpm)[] All =
    [
        ("Direct", 0, 0),
        ("Organic Search", 30_000, 0),
        ("Paid Search", 50_000, 0),
        ("Paid Shopping", 65_000, 0),
        ("Paid Social", 45_000, 0),
        ("Organic Social", 20_000, 0),
        ("Display", 15_000, 5_000),
        ("Paid Video", 40_000, 12_000),
        ("Email", 50_000, 0),

        // Nearly worthless, and most often the last touch of a person who buys anyway: what last touch gets
        // wrong.
        ("Affiliates", 2_000, 0),
        ("Referral", 25_000, 0),

        // Without effect, because installs cause it: what one channel caused must not hang on another's
        // touches.
        ("Mobile Push Notifications", 0, 0),
        ("SMS", 20_000, 0),
        ("Audio", 25_000, 0),
    ];

    public static string Name(int channel) => All[channel].Name;

    public static int ClickPpm(int channel) => All[channel].ClickPpm;

    public static int ViewPpm(int channel) => All[channel].ViewPpm;

    /// <exception cref="ArgumentException">No channel has that name.</exception>
    public static int Number(string name)
    {
        int channel = Array.FindIndex(All, c => c.Name == name);
        return channel >= 0
            ? channel
            : throw new ArgumentException($"No channel is called '{name}'. The channels are: "
                + string.Join(", ", All.Select(c => c.Name)) + '.');
    }
}
