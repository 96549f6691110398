namespace Attribution.Engine.Tests.EndToEnd.Support;

/// <summary>A folder that goes with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("attribution-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
