using System.Runtime.CompilerServices;

namespace Attribution.Reporter.Tests.Support;

/// <summary>
/// Compares output with a committed file; line ends of CSV are spelled out there. Stateless.
/// </summary>
internal static class ExpectedText
{
    /// <summary>Set to a folder, the variable collects what came, to be looked at and committed.</summary>
    public const string CollectVariable = "REPORTER_COLLECT_OUTPUT";

    public static void Matches(string name, string output)
    {
        // Git may change line ends that it can see; a spelled out one it leaves alone.
        string actual = output.Replace("\r", "<CR>", StringComparison.Ordinal);
        Collect(name, actual);
        string path = Path.Combine(Folder(), name);
        Assert.True(File.Exists(path), $"{path} is missing; what came was:\n{actual}");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    public static void Collect(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable(CollectVariable) is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, name), actual);
    }

    private static string Folder([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, "Expected");
}
