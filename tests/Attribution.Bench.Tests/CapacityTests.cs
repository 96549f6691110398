namespace Attribution.Bench.Tests;

public class CapacityTests
{
    [Fact]
    public void Figures_OfRoundCosts_AreTheFormulasOfTheDocument()
    {
        var capacity = new Capacity
        {
            EngineMicros = 2,
            ClickHouseMicros = 3,
            Utilization = 0.5,
            DollarsPerCoreHour = 0.05,
            ReceivedBytes = 250,
            JournalBytes = 300,
            StoredBytes = 100,
        };

        Assert.Equal(4, capacity.EngineCores(1_000_000), 9);
        Assert.Equal(6, capacity.ClickHouseCores(1_000_000), 9);
        Assert.Equal(365, capacity.DollarsPerMonth(1_000_000), 6);
        Assert.Equal(2, capacity.ReceivedGigabits(1_000_000), 9);
        Assert.Equal(300, capacity.JournalMegabytes(1_000_000), 9);

        // A month at a million a second is 2,628 billion events.
        Assert.Equal(365, capacity.DollarsPerBillion() * 2_628, 6);
        Assert.Equal(262.8, capacity.StoredTerabytesPerMonth(1_000_000), 6);
    }
}
