using Attribution.Bench.Load;

namespace Attribution.Bench.Idle;

/// <summary>One round: the same load without a crowd and with it. Immutable.</summary>
internal sealed record IdleRound
{
    public required double AloneP50Millis { get; init; }
    public required double AloneP99Millis { get; init; }
    public required double CrowdP50Millis { get; init; }
    public required double CrowdP99Millis { get; init; }

    /// <summary>Of 99 in a hundred answers: with the crowd over without.</summary>
    public required double P99Ratio { get; init; }

    /// <summary>Of the load, with and without the crowd; none is expected.</summary>
    public required long Errors { get; init; }

    public required int IdleAtTheEnd { get; init; }
    public required long SlowCutOff { get; init; }
}

/// <summary>
/// What a crowd of idle and slow connections does to the answers of others; the names are those of its JSON
/// file. Immutable.
/// </summary>
internal sealed record IdleResult
{
    public required int IdleConnections { get; init; }
    public required int SlowConnections { get; init; }
    public required int EventsPerSecond { get; init; }
    public required int SecondsPerPart { get; init; }

    /// <summary>Processes that wanted a processor, over the last minute before the run.</summary>
    public required double LoadAverageBefore { get; init; }

    public required IReadOnlyList<IdleRound> Rounds { get; init; }
    public required double MedianP99Ratio { get; init; }
}

/// <summary>
/// Puts a fixed load on the engine, in rounds, without and with a crowd. Owned by its command.
/// </summary>
internal sealed class IdleRun(LoadSettings load, int idle, int slow)
{
    public async Task<IdleResult> RunAsync(
        int rounds, Action<int, IdleRound> finished, CancellationToken cancel)
    {
        double loadAverage = LoadAverage();
        // The engine's and this process's code is compiled by then.
        await MeasureAsync(cancel);
        var all = new List<IdleRound>();
        for (int round = 0; round < rounds; round++)
        {
            IdleRound one = await RoundAsync(crowdFirst: round % 2 == 1, cancel);
            all.Add(one);
            finished(round + 1, one);
        }

        double[] ratios = [.. all.Select(round => round.P99Ratio).Order()];
        return new IdleResult
        {
            IdleConnections = idle,
            SlowConnections = slow,
            EventsPerSecond = load.Rate,
            SecondsPerPart = load.Seconds,
            LoadAverageBefore = loadAverage,
            Rounds = all,
            MedianP99Ratio = (ratios[(rounds - 1) / 2] + ratios[rounds / 2]) / 2,
        };
    }

    private async Task<IdleRound> RoundAsync(bool crowdFirst, CancellationToken cancel)
    {
        LoadStep? alone = crowdFirst ? null : await MeasureAsync(cancel);
        LoadStep crowded;
        int idleAtTheEnd;
        long cutOff;
        await using (IdleCrowd crowd = await IdleCrowd.GatherAsync(
            load.Engine, load.Key, (idle, slow), cancel))
        {
            crowded = await MeasureAsync(cancel);
            (idleAtTheEnd, cutOff) = (crowd.IdleOpen, crowd.CutOff);
        }

        alone ??= await MeasureAsync(cancel);
        return new IdleRound
        {
            AloneP50Millis = alone.AnswerP50Millis,
            AloneP99Millis = alone.AnswerP99Millis,
            CrowdP50Millis = crowded.AnswerP50Millis,
            CrowdP99Millis = crowded.AnswerP99Millis,
            P99Ratio = crowded.AnswerP99Millis / alone.AnswerP99Millis,
            Errors = alone.Errors + crowded.Errors,
            IdleAtTheEnd = idleAtTheEnd,
            SlowCutOff = cutOff,
        };
    }

    private async Task<LoadStep> MeasureAsync(CancellationToken cancel)
    {
        using var run = new LoadRun(load);
        LoadResult result = await run.RunAsync(cancel);
        return result.Steps[0];
    }

    private static double LoadAverage() => double.Parse(
        File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
