namespace Attribution.Faults.Fuzzing;

/// <summary>An input that something did not hold for, and how to have it again. Immutable.</summary>
/// <param name="Target">By its name.</param>
/// <param name="Seed">Makes the input again, as the only one of a run.</param>
/// <param name="Input">The bytes.</param>
/// <param name="Problem">What did not hold.</param>
public sealed record FuzzFailure(string Target, long Seed, byte[] Input, string Problem)
{
    public override string ToString() =>
        $"{Target}, seed {Seed}, {Input.Length} bytes {Convert.ToHexString(Beginning)}: {Problem}";

    private ReadOnlySpan<byte> Beginning => Input.AsSpan(0, Math.Min(200, Input.Length));
}

/// <summary>
/// Gives a target one input after another, each made of a seed of its own, until one fails or enough were
/// given. Owned by its caller; the target runs on a thread of its own, so that one that hangs is seen.
/// </summary>
public sealed class FuzzRun
{
    /// <summary>More than any input takes; only for telling one that would take for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FuzzTarget _target;
    private readonly Mutator _mutator;
    private long _seed;
    private long _count;
    private volatile bool _isStopped;

    public FuzzRun(FuzzTarget target, long firstSeed)
    {
        _target = target;
        _mutator = new Mutator(target.Seeds, target.Tokens);
        _seed = firstSeed;
    }

    /// <summary>Inputs given so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The seed after the last one.</summary>
    public long NextSeed => Volatile.Read(ref _seed);

    /// <returns>Null when everything held.</returns>
    public async Task<FuzzFailure?> RunAsync(long inputs, CancellationToken cancel)
    {
        using CancellationTokenRegistration stopping = cancel.Register(() => _isStopped = true);
        Task<FuzzFailure?> running = Task.Factory.StartNew(
            () => Run(inputs), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        long before = -1;
        while (!running.IsCompleted)
        {
            if (before == Count)
                return new FuzzFailure(
                    _target.Name, NextSeed, Input(NextSeed), $"it did not end within {Patience}");

            before = Count;
            await Task.WhenAny(running, Task.Delay(Patience, CancellationToken.None)).ConfigureAwait(false);
        }

        return await running.ConfigureAwait(false);
    }

    private FuzzFailure? Run(long inputs)
    {
        for (long i = 0; i < inputs && !_isStopped; i++)
        {
            byte[] input = Input(_seed);
            string? problem = Try(input);
            if (problem is not null)
                return new FuzzFailure(_target.Name, _seed, input, problem);

            Interlocked.Increment(ref _seed);
            Interlocked.Increment(ref _count);
        }

        return null;
    }

    private byte[] Input(long seed)
    {
        var random = new Random(HashCode(seed));
        byte[] input = _mutator.Next(random);
        if (random.Next(2) == 0)
            _target.Repair(input);
        return input;
    }

    private string? Try(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _target.Run(input);
        }
        catch (FuzzException failure)
        {
            return failure.Message;
        }
        catch (Exception undocumented)
        {
            return $"an exception that is not documented: {undocumented}";
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= _target.MaxAllocatedBytes(input.Length)
            ? null : $"{allocated} bytes were allocated for {input.Length}";
    }

    /// <summary>Neighbouring seeds must not make similar inputs; the finalizer of SplitMix64.</summary>
    private static int HashCode(long seed)
    {
        ulong mixed = (ulong)seed + 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return (int)((mixed ^ (mixed >> 31)) & int.MaxValue);
    }
}
