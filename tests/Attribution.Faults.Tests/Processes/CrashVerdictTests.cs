using System.Diagnostics;
using Attribution.Faults.Processes;

namespace Attribution.Faults.Tests.Processes;

/// <remarks>A verdict that cannot be "broken" proves nothing: each broken promise must be named.</remarks>
public class CrashVerdictTests
{
    private static readonly CrashAudit Kept = new()
    {
        Sent = 3,
        Acknowledged = 3,
        Stored = 3,
        RowsWithoutFinal = 4,
        Lost = [],
        Invented = [],
        Doubled = [],
        DeadLetters = 0,
        Attributions = 6,
        Digest = "d",
        ReplayDigest = "d",
        ContentHash = "c",
    };

    [Fact]
    public void Problems_OfAKeptPromise_AreNone()
    {
        Assert.Empty(CrashVerdict.Problems(Kept, "", mayLose: false));
        Assert.Empty(CrashVerdict.Differences(Kept, Kept with { RowsWithoutFinal = 3 }));
    }

    public static TheoryData<CrashAudit, string> Broken => new()
    {
        { Kept with { Lost = ["lost-id"] }, "lost-id" },
        { Kept with { Invented = ["invented-id"] }, "invented-id" },
        { Kept with { Doubled = ["doubled-id"] }, "doubled-id" },
        { Kept with { DeadLetters = 2 }, "2 dead letters" },
        { Kept with { ReplayDigest = "other" }, "attributed again" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Problems_OfABrokenPromise_NameIt(CrashAudit audit, string named) => Assert.Contains(
        named, Assert.Single(CrashVerdict.Problems(audit, "", mayLose: false)), StringComparison.Ordinal);

    [Fact]
    public void Problems_WhereLossIsAllowed_LeaveOutTheLostAlone()
    {
        CrashAudit audit = Kept with { Lost = ["a"], Doubled = ["b"] };
        Assert.Contains("more than once", Assert.Single(CrashVerdict.Problems(audit, "", mayLose: true)));
    }

    [Fact]
    public void Differences_OfAnotherByteOrAnotherCredit_AreNamed()
    {
        Assert.Single(CrashVerdict.Differences(Kept, Kept with { ContentHash = "x" }));
        Assert.Single(CrashVerdict.Differences(Kept, Kept with { Digest = "x", ReplayDigest = "x" }));
        Assert.Single(CrashVerdict.Differences(Kept, Kept with { Stored = 2 }));
    }

    [Fact]
    public void Losses_AreCountedByTheKillThatFollowedTheirAnswer()
    {
        long second = Stopwatch.Frequency;
        CrashBatch[] sent =
            [Batch("a", second), Batch("b", 3 * second), Batch("c", 4 * second), Batch("d", 9 * second)];
        CarriedOutKill[] kills = [Kill(2), Kill(6), Kill(8)];

        Loss[] losses = [.. CrashVerdict.Losses(Kept with { Lost = ["b", "c"] }, sent, kills)];

        Loss loss = Assert.Single(losses);
        Assert.Equal((6.0, 2L, 3_000.0), (loss.KillSeconds, loss.Events, loss.Millis));
    }

    private static CrashBatch Batch(string id, long acknowledgedAt)
    {
        var batch = new CrashBatch(default, [id]);
        batch.Acknowledge(acknowledgedAt);
        return batch;
    }

    private static CarriedOutKill Kill(int second) => new()
    {
        Target = KillTarget.Engine,
        Moment = KillMoment.Load,
        At = second * Stopwatch.Frequency,
        Seconds = second,
    };
}
