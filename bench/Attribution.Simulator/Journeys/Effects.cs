namespace Attribution.Simulator.Journeys;

/// <summary>
/// What the touches of one person have done so far, and what that makes of a decision: with all channels, and
/// with each one taken away while every random number stays. Owned by one stream, which clears it for each
/// person.
/// </summary>
internal sealed class Effects(int[] clickPpm, int[] viewPpm)
{
    private const int LowIntentPpm = 35_000;
    private const int HighIntentPpm = 170_000;

    /// <summary>Even the most courted person says no one time in ten.</summary>
    private const int MaxPpm = 900_000;
    private const int Whole = 1_000_000;

    private readonly (long Millis, int Ppm, int Channel)[] _touches =
        new (long, int, int)[JourneyPlan.MaxSteps];
    private readonly int[] _byChannel = new int[Channels.Count];
    private readonly int[] _lossPpm = new int[Channels.Count];
    private int _count;

    /// <summary>After <see cref="Decide"/>: by how much the probability falls without each channel.</summary>
    public ReadOnlySpan<int> LossPpm => _lossPpm;

    public void Clear() => _count = 0;

    public void Add(long millis, int channel, bool isView)
    {
        int ppm = isView ? viewPpm[channel] : clickPpm[channel];
        if (ppm > 0)
            _touches[_count++] = (millis, ppm, channel);
    }

    /// <returns>
    /// False where the person does not convert; <paramref name="outcome"/> says what made the difference.
    /// </returns>
    public bool Decide(long millis, bool isHighIntent, ulong draws, out DecisionOutcome outcome)
    {
        int basePpm = isHighIntent ? HighIntentPpm : LowIntentPpm;
        int sumPpm = basePpm;
        Array.Clear(_byChannel);
        foreach ((long touched, int ppm, int channel) in _touches.AsSpan(0, _count))
        {
            int left = EffectDecay.Left(ppm, millis - touched);
            _byChannel[channel] += left;
            sumPpm += left;
        }

        var random = new SplitMix(draws);
        int drawn = random.Below(Whole);
        int withAll = Math.Min(sumPpm, MaxPpm);
        ushort causes = 0;
        for (int channel = 0; channel < Channels.Count; channel++)
        {
            int without = Math.Min(sumPpm - _byChannel[channel], MaxPpm);
            _lossPpm[channel] = withAll - without;
            if (drawn < withAll && drawn >= without)
                causes |= (ushort)(1 << channel);
        }

        outcome = new DecisionOutcome(causes, drawn < basePpm);
        return drawn < withAll;
    }
}

/// <summary>
/// Why a decision fell as it did: the channels it needed, one bit each, or none at all. A value.
/// </summary>
internal readonly record struct DecisionOutcome(ushort Causes, bool IsOrganic);
