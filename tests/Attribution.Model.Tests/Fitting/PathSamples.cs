using Attribution.Model.Fitting;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Fitting;

/// <summary>Makes paths for tests. Stateless.</summary>
internal static class PathSamples
{
    /// <summary>One path as text, <c>A > B</c>, with what it counted.</summary>
    public sealed record Sample(string Path, long Conversions, decimal Value, long Nulls);

    /// <summary>The example that articles on Markov attribution begin with (S. Bryl, 2016).</summary>
    public static ChannelPaths Bryl() => Of(
        new("C1 > C2 > C3", 1, 10, 0), new("C1", 0, 0, 1), new("C2 > C3", 0, 0, 1));

    /// <summary>The nine paths of DP6's synthetic case; each led to three conversions.</summary>
    public static ChannelPaths Synthetic() => Of(
    [
        .. new[] { "A", "A > B", "A > B > C", "B", "B > A", "B > C > A", "C", "C > A", "C > B > A" }
            .Select(path => new Sample(path, 3, 0, 0)),
    ]);

    public static ChannelPaths Of(params IEnumerable<Sample> samples)
    {
        var paths = new ChannelPaths();
        foreach (Sample sample in samples)
            Add(paths, sample);
        return paths;
    }

    public static void Add(ChannelPaths paths, Sample sample) => paths.Add(
        sample.Path.Split(" > ", StringSplitOptions.RemoveEmptyEntries), sample.Conversions, sample.Value,
        sample.Nulls);

    /// <summary>1 to 20 paths over so many channels, short, with repeats; at least one converts.</summary>
    public static Arbitrary<Sample[]> Arbitrary(int channels, int maxLength = 5) =>
        (from path in Gen.Choose(0, channels - 1).NonEmptyListOf()
         from conversions in Gen.Choose(0, 9)
         from cents in Gen.Choose(0, 100_000)
         from nulls in Gen.Choose(0, 9)
         select new Sample(
             string.Join(" > ", path.Take(maxLength).Select(channel => (char)('A' + channel))),
             conversions, conversions == 0 ? 0 : cents / 100m, nulls))
        .NonEmptyListOf()
        .Select(samples => samples.Take(20).Append(new Sample("A > B", 1, 1, 0)).ToArray())
        .ToArbitrary();

    /// <summary>Many different paths, from a fixed seed.</summary>
    public static ChannelPaths Generated(int count, int channels, int maxLength, int seed = 1)
    {
        var random = new Random(seed);
        var paths = new ChannelPaths();
        for (int i = 0; i < count; i++)
        {
            string[] path =
            [
                .. Enumerable.Range(0, random.Next(1, maxLength + 1))
                    .Select(_ => $"C{random.Next(channels):00}"),
            ];
            paths.Add(path, random.Next(3), 0, random.Next(1, 8));
        }

        return paths;
    }

    public static string Lines(ChannelPaths paths) => string.Join('\n', paths.Enumerate().Select(path =>
        $"{path}: {path.Totals.Conversions} {path.Totals.Value} {path.Totals.Nulls}"));
}
