namespace Attribution.Ring.Tests.Support;

/// <summary>
/// The processors of one test, in the order of their dependencies; halted at its end, or a failed test would
/// leave the process waiting for their threads. Owned by the test's thread.
/// </summary>
internal sealed class Stages : IDisposable
{
    private readonly BatchProcessor[] _inOrder;

    public Stages(params BatchProcessor[] inOrder)
    {
        _inOrder = inOrder;
        Array.ForEach(_inOrder, p => p.Start());
    }

    public void Drain()
    {
        foreach (BatchProcessor processor in _inOrder)
            Assert.True(processor.DrainAndStop(Patience.Limit), $"{processor.Name} does not drain.");
        CheckFaults();
    }

    public void CheckFaults()
    {
        foreach (BatchProcessor processor in _inOrder)
        {
            if (processor.Fault is { } fault)
                throw new InvalidOperationException($"Stage {processor.Name} failed.", fault);
        }
    }

    public void Dispose() => Array.ForEach(_inOrder, p => p.Halt());
}
