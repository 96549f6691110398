namespace Attribution.Simulator.Journeys;

/// <summary>How a person meets the shop.</summary>
internal enum PersonKind : byte
{
    OneBrowser,
    TwoBrowsers,
    App,
}

/// <summary>
/// What stays the same about one simulated person; follows from the seed and the person's number alone,
/// so it is derived again wherever it is needed instead of being kept. A value.
/// </summary>
internal readonly struct Person
{
    private const long MaxSkewMillis = 6 * Time.HourMillis;

    public Person(ulong seed, int number, int skewedPerThousand)
    {
        Seed = SplitMix.At(seed, (ulong)number);
        var random = new SplitMix(Seed);
        int kind = random.Below(100);
        Kind = kind < 70 ? PersonKind.OneBrowser : kind < 85 ? PersonKind.TwoBrowsers : PersonKind.App;
        IsHighIntent = random.Chance(200);
        Country = Countries.Draw(ref random);
        Style = (uint)random.Next();
        if (random.Chance(skewedPerThousand))
            SkewMillis = random.Between(1, MaxSkewMillis) * (random.Chance(500) ? 1 : -1);
        HasZeroDevice = random.Chance(60);
    }

    public ulong Seed { get; }
    public PersonKind Kind { get; }
    public bool IsHighIntent { get; }
    public int Country { get; }

    /// <summary>Bits that choose among equally good ways of writing the person's events.</summary>
    public uint Style { get; }

    /// <summary>What the person's clock shows less what it should; 0 where it is right.</summary>
    public long SkewMillis { get; }

    /// <summary>The person forbids tracking: the device id is all zeros.</summary>
    public bool HasZeroDevice { get; }
}
