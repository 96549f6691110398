namespace Attribution.Simulator.Journeys;

/// <summary>
/// How much of a touch's effect is left: halved every four days, in steps of half a day, nothing after 30
/// days. Integers only. Constants; shared.
/// </summary>
internal static class EffectDecay
{
    private const long StepMillis = 12 * Time.HourMillis;
    private const int Steps = 60;

    // 2^(-1/8): eight steps make a half-life.
    private const long StepPpm = 917_004;
    private const long Whole = 1_000_000;

    private static readonly int[] LeftPpm = Table();

    public static int Left(int effectPpm, long ageMillis)
    {
        long step = ageMillis / StepMillis;
        return ageMillis < 0 || step >= Steps ? 0 : (int)(effectPpm * (long)LeftPpm[step] / Whole);
    }

    private static int[] Table()
    {
        int[] left = new int[Steps];
        long now = Whole;
        for (int i = 0; i < Steps; i++)
        {
            left[i] = (int)now;
            now = now * StepPpm / Whole;
        }

        return left;
    }
}
