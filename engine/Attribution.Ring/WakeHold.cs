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
    private static bool t_holds;

    [ThreadStatic]
    private static Sequencer? t_owes;

    [ThreadStatic]
    private static long t_owed;

    /// <summary>
    /// From here on what this thread publishes may stay unnoticed by consumers that sleep, until
    /// <see cref="End"/>. In between the thread must not wait for a consumer.
    /// </summary>
    public static void Begin() => t_holds = true;

    /// <summary>Wakes who has been left asleep.</summary>
    public static void End()
    {
        t_holds = false;
        Pay();
    }

    /// <returns>False when consumers are to be woken now.</returns>
    internal static bool TryOwe(Sequencer sequencer, long events)
    {
        if (!t_holds)
            return false;
        if (t_owes != sequencer)
            Pay();
        t_owed += events;
        if (t_owed >= MaxOwed)
        {
            (t_owes, t_owed) = (null, 0);
            return false;
        }

        t_owes = sequencer;
        return true;
    }

    private static void Pay()
    {
        Sequencer? owes = t_owes;
        (t_owes, t_owed) = (null, 0);
        owes?.Wake();
    }
}
