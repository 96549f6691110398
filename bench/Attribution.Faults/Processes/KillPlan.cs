namespace Attribution.Faults.Processes;

/// <summary>Whom a SIGKILL goes to.</summary>
public enum KillTarget
{
    Engine,
    ClickHouse,
    Both,
}

/// <summary>When a SIGKILL comes.</summary>
public enum KillMoment
{
    /// <summary>While the engine starts: schema, recovery, replay of the journal.</summary>
    Start,

    /// <summary>Some time after it is ready, under load.</summary>
    Load,

    /// <summary>While an insert is on its way, or right after it landed.</summary>
    Insert,
}

/// <summary>One kill of a plan. A value.</summary>
/// <param name="Fraction">
/// 0 to 1: of the last start's length where it comes during a start, of the longest wait otherwise.
/// </param>
/// <param name="ClickHouseFirst">Of both, which is killed first.</param>
public readonly record struct PlannedKill(
    KillTarget Target, KillMoment Moment, double Fraction, bool ClickHouseFirst);

/// <summary>Which kills come, drawn from a seed. Stateless.</summary>
public static class KillPlan
{
    /// <summary>
    /// The first kill comes during the very first start, in which the tables are made. A kill during a start
    /// needs a start: it only follows one that ended the engine.
    /// </summary>
    /// <param name="kills">How many.</param>
    /// <param name="seed">Equal seeds give equal plans.</param>
    /// <param name="engineOnly">Spares ClickHouse, and the engine while it starts.</param>
    public static PlannedKill[] Draw(int kills, int seed, bool engineOnly = false)
    {
        var random = new Random(seed);
        var plan = new PlannedKill[kills];
        bool isStarting = !engineOnly;
        for (int i = 0; i < kills; i++)
        {
            KillTarget target = engineOnly ? KillTarget.Engine : (random.Next(20)) switch
            {
                < 8 => KillTarget.Engine,
                < 14 => KillTarget.ClickHouse,
                _ => KillTarget.Both,
            };
            KillMoment moment = i == 0 && !engineOnly ? KillMoment.Start : Moment(random, isStarting);
            plan[i] = new PlannedKill(target, moment, random.NextDouble(), random.Next(2) == 0);
            isStarting = target != KillTarget.ClickHouse && !engineOnly;
        }

        return plan;
    }

    private static KillMoment Moment(Random random, bool isStarting) => random.Next(10) switch
    {
        < 3 when isStarting => KillMoment.Start,
        < 6 => KillMoment.Insert,
        _ => KillMoment.Load,
    };
}
