using Attribution.Reporter.Commands.WhatIf;
using FsCheck;
using FsCheck.Fluent;
using Outcome = Attribution.Reporter.Commands.WhatIf.Outcome;

namespace Attribution.Reporter.Tests.WhatIf;

/// <summary>A conversion under two configs. Immutable.</summary>
internal sealed record DiffCase(ConversionFacts Facts, Outcome? Former, Outcome? Latter)
{
    public DiffCase Turned() => new(Facts, Latter, Former);
}

/// <summary>
/// Made up comparisons: nobody's conversions, reinstalls, events that only one config counts, touches whose
/// channel another rule names, credits that do not sum, refunds. Stateless.
/// </summary>
internal static class DiffCases
{
    private const int MaxCases = 30;
    private static readonly string[] Channels = ["Paid Search", "Email", "Direct", "Display", "Own 'rule'"];
    private static readonly string[] Rules = ["outside_window", "earlier_than_last", "fraud:datacentre"];
    private static readonly DateTime Start = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>From a seed, so that what fails can be run again.</summary>
    public static Arbitrary<int> Seeds() => Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    public static DiffCase[] Of(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(MaxCases)).Select(number => One(number, random))];
    }

    private static DiffCase One(int number, Random random)
    {
        long revenue = random.Next(5) switch
        {
            0 => 0,
            1 => -random.Next(1_000_000),
            2 => 999_999_999_999_999,
            _ => random.Next(1_000_000),
        };
        bool isSumming = random.Next(6) > 0;
        var facts = new ConversionFacts(
            Start.AddMinutes(random.Next(8)), $"c{number}", "purchase", random.Next(2) == 0 ? "USD" : "EUR");
        Outcome? former = random.Next(8) == 0 ? null : Made(random, revenue, isSumming);
        Outcome? latter = random.Next(8) switch
        {
            0 => null,
            1 or 2 => former,
            _ => Made(random, revenue, isSumming),
        };
        return new DiffCase(facts, former, latter);
    }

    private static Outcome Made(Random random, long revenue, bool isSumming)
    {
        string?[] rules = [.. Enumerable.Range(0, 8).Select(_ => (string?)Rules[random.Next(Rules.Length)])];
        rules[random.Next(8)] = null;
        string? RuleOf(ulong touch) => rules[touch];
        if (random.Next(8) == 0)
            return new Outcome([]) { NotCountedRule = "reinstall", RuleOf = RuleOf };
        if (random.Next(6) == 0)
            return new Outcome([new("Unattributed", 0, 1_000_000, revenue)]) { RuleOf = RuleOf };

        ulong[] touches = [.. Enumerable.Range(1, 7).Select(touch => (ulong)touch)];
        random.Shuffle(touches);
        int count = 1 + random.Next(4);
        long[] credits = Split(1_000_000, count, random);
        long[] values = Split(revenue, count, random);
        return new Outcome(
        [
            .. touches.Take(count).Order().Select((touch, at) => new ChannelCredit(
                Channels[((int)touch + random.Next(2)) % Channels.Length], touch,
                isSumming ? credits[at] : 1_000_000, isSumming ? values[at] : revenue)),
        ])
        {
            RuleOf = RuleOf,
        };
    }

    private static long[] Split(long whole, int count, Random random)
    {
        var parts = new long[count];
        for (int at = 0; at < count - 1; at++)
        {
            parts[at] = whole / (count + random.Next(3));
            parts[^1] -= parts[at];
        }

        parts[^1] += whole;
        return parts;
    }
}
