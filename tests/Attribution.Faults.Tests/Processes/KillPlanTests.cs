using Attribution.Faults.Processes;

namespace Attribution.Faults.Tests.Processes;

public class KillPlanTests
{
    [Fact]
    public void Draw_SameSeed_GivesTheSamePlan() =>
        Assert.Equal(KillPlan.Draw(200, seed: 7), KillPlan.Draw(200, seed: 7));

    [Fact]
    public void Draw_AnySeed_KillsStartsOnlyWhereThereIsOne()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            PlannedKill[] plan = KillPlan.Draw(60, seed);
            Assert.Equal(KillMoment.Start, plan[0].Moment);
            for (int i = 1; i < plan.Length; i++)
            {
                bool engineRuns = plan[i - 1].Target == KillTarget.ClickHouse;
                Assert.False(plan[i].Moment == KillMoment.Start && engineRuns, $"seed {seed}, kill {i}");
            }
        }
    }

    [Fact]
    public void Draw_SixtyKillsOfTheDefaultSeed_MeetEveryTargetAtEveryMoment()
    {
        PlannedKill[] plan = KillPlan.Draw(60, seed: 1);
        Assert.Equal(9, plan.Select(kill => (kill.Target, kill.Moment)).Distinct().Count());
    }

    [Fact]
    public void Draw_EngineOnly_SparesClickHouseAndStarts() =>
        Assert.All(
            KillPlan.Draw(60, seed: 3, engineOnly: true),
            kill => Assert.True(
                kill.Target == KillTarget.Engine && kill.Moment != KillMoment.Start, kill.ToString()));
}
