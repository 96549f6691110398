using System.Runtime.CompilerServices;

namespace Attribution.Testing;

/// <summary>
/// Finds the public test corpora that lie beside the repository. Stateless.
/// </summary>
public static class Corpora
{
    /// <summary>The full path of a corpus or of a file in it, such as <c>Path("ch-go-golden")</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">It is absent: tests must fail then.</exception>
    public static string Path(params string[] parts)
    {
        string beside = System.IO.Path.Combine(Repository(), "..", "shared", "corpora");
        string root = System.IO.Path.GetFullPath(beside);
        string path = System.IO.Path.Combine([root, .. parts]);
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new DirectoryNotFoundException($"The corpus {path} is absent; these tests need it.");
        return path;
    }

    /// <summary>The repository's root, where the solution lies.</summary>
    public static string Repository([CallerFilePath] string thisFile = "")
    {
        DirectoryInfo? folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Attribution.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No Attribution.sln above {thisFile}.");
    }
}
