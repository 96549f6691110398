namespace Attribution.Reporter.Tests.Support;

/// <summary>A home and a project of one test, with their files of settings. Owned by the test.</summary>
internal sealed class SettingsFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reporter-settings-").FullName;

    /// <summary>Two folders below the one that holds the project's file.</summary>
    public string Working => Directory.CreateDirectory(Path.Combine(_root, "shop", "a", "b")).FullName;

    public string Home => Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;

    public string ProjectFile => Path.Combine(
        Directory.CreateDirectory(Path.Combine(_root, "shop")).FullName, ".attribution.json");

    public string UserFile => Path.Combine(
        Directory.CreateDirectory(Path.Combine(Home, ".config", "attribution")).FullName, "config.json");

    public Terminal Terminal(params (string Name, string Value)[] environment)
    {
        var variables = environment.ToDictionary(each => each.Name, each => each.Value);
        variables.TryAdd("HOME", Home);
        return new Terminal(Environment: variables) { Folder = Working };
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
