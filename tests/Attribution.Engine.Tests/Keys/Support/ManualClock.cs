namespace Attribution.Engine.Tests.Keys.Support;

/// <summary>
/// A clock that stands still until it is told; its timers never fire by themselves. Owned by one test.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private long _nanos;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Interlocked.Read(ref _nanos);

    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp() / 100);

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    public void AdvanceNanos(long nanos) => Interlocked.Add(ref _nanos, nanos);

    /// <summary>Fires never. Stateless.</summary>
    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
