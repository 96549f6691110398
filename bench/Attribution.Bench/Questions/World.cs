namespace Attribution.Bench.Questions;

/// <summary>How large the generated world is, and when. Immutable.</summary>
/// <param name="Events">About so many; the last of its days is whole.</param>
internal sealed record World(long Events)
{
    public const int Days = 90;
    private const int EventsPerPerson = 20;

    public static DateTime From { get; } = new(2026, 8, 3, 0, 0, 0, DateTimeKind.Utc);

    public static DateTime To { get; } = From.AddDays(Days);

    /// <summary>Who is active when the span begins or ends is seen for a part of the time.</summary>
    public long Persons => Events / EventsPerPerson;

    /// <summary>A multiple of 28, so that every day begins with a conversion.</summary>
    public long EventsPerDay => (Events / Days / ConversionEvery) * ConversionEvery;

    /// <summary>One event in so many converts.</summary>
    public const int ConversionEvery = 28;
}
