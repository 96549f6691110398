namespace Attribution.Ring;

/// <summary>
/// Lets a thread that publishes event after event wake a sleeping consumer once for many of them. One per
/// thread; static, as it stands between a thread and whatever rings it publishes into.
/// </summary>
public static class WakeHold
{
    /// <summary>
    /// Events that are worth a wake-up at once: a consumer should not sleep while its batch fills.
    /// </summary>
    private const int MaxOwed = 32;

    [ThreadStatic]
    private static bool s_holds;

    [ThreadStatic]
    private static Sequencer? s_owes;

    [ThreadStatic]
    private static long s_owed;

    /// <summary>
    /// From here on what this thread publishes may stay unnoticed by consumers that sleep, until
    /// <see cref="End"/>. In between the thread must not wait for a consumer.
    /// </summary>
    public static void Begin() => s_holds = true;

    /// <summary>Wakes who has been left asleep.</summary>
    public static void End()
    {
        s_holds = false;
        Pay();
    }

    /// <returns>False when consumers are to be woken now.</returns>
    internal static bool TryOwe(Sequencer sequencer, long events)
    {
        if (!s_holds)
            return false;
        if (s_owes != sequencer)
            Pay();
        s_owed += events;
        if (s_owed >= MaxOwed)
        {
            (s_owes, s_owed) = (null, 0);
            return false;
        }

        s_owes = sequencer;
        return true;
    }

    private static void Pay()
    {
        Sequencer? owes = s_owes;
        (s_owes, s_owed) = (null, 0);
        owes?.Wake();
    }
}
