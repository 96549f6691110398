using System.Text.RegularExpressions;
using Attribution.Testing;

namespace Attribution.Engine.Tests.Repository;

/// <remarks>
/// The style that a reader relies on, kept by a test: short lines, files and methods, and nothing in the hot
/// folders that hides a cost. Formatting and naming are the compiler's business (.editorconfig).
/// </remarks>
public partial class TidyTests
{
    private const int MaxLineLength = 110;
    private const int MaxFileLines = 400;
    private const int MaxMethodLines = 70;

    private static readonly string[] HotFolders =
    [
        "engine/Attribution.Ring/",
        "engine/Attribution.Engine/Ingest/",
        "engine/Attribution.Engine/Identity/",
        "engine/Attribution.Engine/Journal/",
        "engine/Attribution.Engine/Sink/",
        "engine/Attribution.Model/Memory/",
        "engine/Attribution.Engine/Workers/",
    ];

    [Fact]
    public void Sources_AreFound() => Assert.True(Sources().Count() > 100);

    [Fact]
    public void Lines_AreAtMost110Characters() => AssertNone(
        from source in Sources()
        from line in source.Lines.Select((text, index) => (text, index))
        where line.text.Length > MaxLineLength
        select $"{source.Path}:{line.index + 1} has {line.text.Length} characters");

    [Fact]
    public void Files_AreAtMost400Lines() => AssertNone(
        from source in Sources()
        where source.Lines.Length > MaxFileLines
        select $"{source.Path} has {source.Lines.Length} lines");

    [Fact]
    public void Methods_AreAtMost70Lines() => AssertNone(Sources().SelectMany(LongMethods));

    [Fact]
    public void HotFolders_HoldNothingThatHidesACost() => AssertNone(
        from source in Sources()
        where HotFolders.Any(folder => source.Path.StartsWith(folder, StringComparison.Ordinal))
        from line in source.Lines.Select((text, index) => (text, index))
        where Banned().IsMatch(line.text) && !line.text.Contains("[..", StringComparison.Ordinal)
        select $"{source.Path}:{line.index + 1}: {line.text.Trim()}");

    [Fact]
    public void Sources_HoldNoRegionAndNothingUnfinished() => AssertNone(
        from source in Sources()
        where !source.Path.EndsWith(nameof(TidyTests) + ".cs", StringComparison.Ordinal)
        from line in source.Lines.Select((text, index) => (text, index))
        where Unfinished().IsMatch(line.text)
        select $"{source.Path}:{line.index + 1}: {line.text.Trim()}");

    [GeneratedRegex(
        @"\.(Select|Where|OrderBy|GroupBy|ToList|ToDictionary|Any|All|Sum|Aggregate)\(|"
        + @"\block \(|DateTime\.(Utc)?Now|async (\(|[a-z]+ =>)")]
    private static partial Regex Banned();

    [GeneratedRegex(@"#region|\bTODO\b|\bFIXME\b|NotImplementedException|Skip = """)]
    private static partial Regex Unfinished();

    private static void AssertNone(IEnumerable<string> findings) =>
        Assert.True(!findings.Any(), string.Join('\n', findings));

    private static IEnumerable<string> LongMethods(Source source)
    {
        // Formatting is checked by the build, so a body is what lies between two braces of one indent; the
        // closing one may be followed by more, such as the semicolon of an initializer.
        for (int i = 1; i < source.Lines.Length; i++)
        {
            string line = source.Lines[i];
            if (line.Trim() != "{" || TypeHead().IsMatch(Head(source, i)))
                continue;
            string close = line.Replace('{', '}');
            int end = Array.FindIndex(
                source.Lines, i, text => text.StartsWith(close, StringComparison.Ordinal));
            if (end - i - 1 > MaxMethodLines)
                yield return $"{source.Path}:{i + 1} has {end - i - 1} lines in one body";
            i = Math.Max(i, end);
        }
    }

    private static string Head(Source source, int brace)
    {
        int first = brace;
        while (first > 0 && source.Lines[first - 1].Trim() is not ("" or "}" or "{"))
            first--;
        return string.Join(' ', source.Lines[first..brace].Where(line =>
            !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|namespace)\b")]
    private static partial Regex TypeHead();

    private static IEnumerable<Source> Sources()
    {
        string root = Corpora.Repository();
        return from folder in (string[])["engine", "reporter", "bench", "tests"]
               from file in Directory.EnumerateFiles(
                   Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
               let path = Path.GetRelativePath(root, file).Replace('\\', '/')
               where !path.Contains("/obj/", StringComparison.Ordinal)
                   && !path.Contains("/bin/", StringComparison.Ordinal)
               select new Source(path, File.ReadAllLines(file));
    }

    private sealed record Source(string Path, string[] Lines);
}
