using Attribution.Ring;

namespace Attribution.Engine.Tests.Ring;

/// <summary>Runs a test's own step for each batch. Owned by one processor's thread.</summary>
internal sealed class DelegateHandler(Action<long, long> onBatch) : IBatchHandler
{
    public void OnBatch(long first, long last) => onBatch(first, last);

    public void OnIdle()
    {
    }

    public void OnStart()
    {
    }

    public void OnStop()
    {
    }
}
