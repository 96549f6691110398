using Attribution.Faults.Fuzzing;

namespace Attribution.Faults.Tests.Fuzzing;

/// <remarks>
/// The short run of every target, always with the same inputs; <c>bench fuzz</c> gives them others for as
/// long as one likes.
/// </remarks>
public class FuzzTests
{
    public static TheoryData<string> Names => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Target_ShortRun_HoldsForEveryInput(string name)
    {
        await using FuzzTarget target = await FuzzTargets.CreateAsync(name);
        var run = new FuzzRun(target, firstSeed: 1);

        FuzzFailure? failure = await run.RunAsync(target.ShortRun, CancellationToken.None);

        Assert.True(failure is null, failure?.ToString());
        Assert.Equal(target.ShortRun, run.Count);
    }

    [Theory]
    [InlineData("throws", "not documented")]
    [InlineData("allocates", "bytes were allocated")]
    [InlineData("breaks", "it is odd")]
    public async Task Run_TargetThatDoesNotHold_IsToldWithASeedThatMakesItAgain(string how, string problem)
    {
        await using var target = new BadTarget(how);
        FuzzFailure? failure = await new FuzzRun(target, 5).RunAsync(1_000, CancellationToken.None);
        Assert.NotNull(failure);
        Assert.Contains(problem, failure.Problem, StringComparison.Ordinal);

        FuzzFailure? again = await new FuzzRun(target, failure.Seed).RunAsync(1, CancellationToken.None);

        Assert.NotNull(again);
        Assert.Equal(failure.Input, again.Input);
    }

    private sealed class BadTarget(string how) : FuzzTarget
    {
        public override string Name => "bad";

        public override IReadOnlyList<byte[]> Seeds { get; } = [[1, 2, 3, 4], [5, 6, 7, 8, 9]];

        public override void Run(byte[] input)
        {
            if (input.Length == 0 || input[0] % 2 == 0)
                return;

            FuzzException.Require(how != "breaks", "it is odd");
            if (how == "throws")
                throw new InvalidOperationException("it is odd");
            GC.KeepAlive(new byte[8 * 1024 * 1024]);
        }
    }
}
