using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Model.Configs;
using Attribution.Replay.Configs;

namespace Attribution.Bench.Questions;

/// <summary>
/// Makes a world's events, attributions and links inside ClickHouse, a day at a time. How far it came stands
/// in a file, so a broken run goes on; a day that is made twice replaces itself. Owned by one command.
/// </summary>
internal sealed class WorldFill(ClickHouseClient client, World world, string marker)
{
    // A thousandth of the events came twice within a day, and of the last days two conversions in a hundred
    // were attributed again.
    private const int DoubledEvery = 1000;
    private const int ReplacedEvery = 50;
    private const int ReplacedDays = 10;
    private static readonly TimeSpan MaxMerging = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <exception cref="IOException">The folder holds a world of another size.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        int done = Done();
        for (int day = done; day < World.Days; day++)
        {
            await DayAsync(day, cancel);
            Mark(day + 1);
            Console.Error.WriteLine($"questions: day {day + 1} of {World.Days} is made");
        }

        if (done > World.Days)
            return;
        await AgainAsync(cancel);
        await ConfigDocuments.SaveAsync(client, AttributionConfig.Web, cancel);
        await FillAsync("fill_identities", Place(), cancel);
        await MergedAsync(cancel);
        Mark(World.Days + 1);
    }

    private async Task DayAsync(int day, CancellationToken cancel)
    {
        long perDay = world.EventsPerDay;
        await FillAsync("fill_events", Numbers(day * perDay, perDay).Add("every", 1), cancel);
        await FillAsync("fill_events", Numbers(day * perDay, perDay).Add("every", DoubledEvery), cancel);
        await FillAsync(
            "fill_attributions",
            Numbers(day * perDay / World.ConversionEvery, perDay / World.ConversionEvery)
                .Add("every", 1).Add("version", 1),
            cancel);
    }

    /// <summary>What a late touch changed.</summary>
    private async Task AgainAsync(CancellationToken cancel)
    {
        long perDay = world.EventsPerDay;
        long last = perDay * ReplacedDays / World.ConversionEvery;
        long all = perDay * World.Days / World.ConversionEvery;
        await FillAsync(
            "fill_attributions",
            Numbers(all - last, last).Add("every", ReplacedEvery).Add("version", 2),
            cancel);
    }

    private QueryParameters Numbers(long first, long count) =>
        Place().Add("first", first).Add("count", count);

    private QueryParameters Place() => new QueryParameters()
        .Add("events", world.EventsPerDay * World.Days)
        .Add("persons", world.Persons)
        .Add("from", World.From)
        .Add("span", (long)(World.To - World.From).TotalMilliseconds)
        .Add("config", AttributionConfig.Web.Hash)
        .Set("insert_deduplicate", "0")
        .Set("max_partitions_per_insert_block", "0");

    private async Task FillAsync(string file, QueryParameters parameters, CancellationToken cancel)
    {
        string sql = await QuestionSql.LoadAsync(file, cancel);
        await client.ExecuteAsync(sql, parameters, cancel);
    }

    /// <summary>Waits until ClickHouse merges no more, as after a night.</summary>
    private async Task MergedAsync(CancellationToken cancel)
    {
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < MaxMerging.TotalMilliseconds)
        {
            await Task.Delay(Poll, cancel);
            if (await client.ScalarAsync<ulong>("SELECT count() FROM system.merges", null, cancel) == 0)
                return;
        }
    }

    private int Done()
    {
        if (!File.Exists(marker))
            return 0;
        string[] words = File.ReadAllText(marker).Split(' ');
        if (words[0] != world.Events.ToString(CultureInfo.InvariantCulture))
            throw new IOException(
                $"{marker} is of a world of {words[0]} events: give --events {words[0]} or another --data.");
        return int.Parse(words[1], CultureInfo.InvariantCulture);
    }

    private void Mark(int days) =>
        File.WriteAllText(marker, string.Create(CultureInfo.InvariantCulture, $"{world.Events} {days}"));
}
