namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// A clock that stands still, at noon of the day on which the tests' data ends. Thread-safe.
/// </summary>
internal sealed class FixedClock : TimeProvider
{
    public static readonly DateTime Now = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);

    public override DateTimeOffset GetUtcNow() => new(Now);
}
