namespace Attribution.Reporter.Tests.Support;

/// <summary>The known data in a database that the tests of a class only read.</summary>
public sealed class KnownDatabase : TestDatabase
{
    protected override async Task FillAsync()
    {
        await StopMergesAsync("attributions", "events", "identities");
        foreach (object[] rows in KnownData.Attributions())
            await InsertAsync("attributions", rows);
        object[] events = KnownData.Events();
        await InsertAsync("events", events);
        await InsertAsync("events", [events[1]]);
        await InsertAsync("identities", KnownData.Links());
        await InsertAsync("configs", KnownData.Configs());
    }
}
