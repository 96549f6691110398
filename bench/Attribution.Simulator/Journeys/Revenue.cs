namespace Attribution.Simulator.Journeys;

/// <summary>What an event is worth, in ten-thousandths of the currency's major unit. Stateless.</summary>
internal static class Revenue
{
    private static readonly int[] UnitTenThousandths = [10_000, 1_000, 100, 10, 1];

    /// <summary>
    /// The event's amount; negative on a refund. Equal for equal events, wherever it is asked.
    /// </summary>
    public static long Of(in PlannedEvent planned, in Person person)
    {
        var random = new SplitMix(planned.Seed(person.Seed) ^ 0x5eed);
        int scale = Countries.Scale(person.Country);
        if (planned.Type == EventType.Subscribe)
            return (5 + (5 * random.Below(4))) * scale * 10_000L;

        // Some shops price by weight and send four decimals.
        int decimals = random.Chance(30) ? 4 : Countries.Decimals(person.Country);
        int unit = UnitTenThousandths[decimals];
        long amount = random.Between(50_000L * scale / unit, 2_500_000L * scale / unit) * unit;
        return planned.Type == EventType.Refund ? -amount : amount;
    }
}
