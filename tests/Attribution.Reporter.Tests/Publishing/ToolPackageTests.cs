using System.IO.Compression;
using System.Reflection;
using Attribution.Reporter.Tests.Support;
using Attribution.Testing;

namespace Attribution.Reporter.Tests.Publishing;

/// <remarks>
/// Packs what these tests were built with and installs it from that folder alone, as the README says, without
/// a network. The single file is not published here: it takes minutes and packages of its own.
/// </remarks>
public sealed class ToolPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reporter-tool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Package_Installed_IsACommandThatRuns()
    {
        // .../artifacts/bin/Attribution.Reporter.Tests/release/
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string project = Path.Combine(Corpora.Repository(), "reporter", "Attribution.Reporter");
        // No node stays behind, which would keep the pipes of this test open.
        ProgramRun packed = await ProgramRun.OfAsync(
            "dotnet", "pack", project, "-c", configuration, "--no-build", "-o", _folder, "-nodeReuse:false");
        Assert.True(packed.Code == 0, packed.Out + packed.Error);

        string package = Assert.Single(Directory.GetFiles(_folder, "*.nupkg"));
        await using (ZipArchive archive = await ZipFile.OpenReadAsync(package))
        {
            IEnumerable<string> files = archive.Entries.Select(entry => entry.Name);
            Assert.DoesNotContain(files, name => Path.GetExtension(name) == ".pdb");
            Assert.DoesNotContain("Attribution.ClickHouse.runtimeconfig.json", files);
        }

        string tools = Path.Combine(_folder, "tools");
        ProgramRun installed = await ProgramRun.OfAsync(
            "dotnet", "tool", "install", "--tool-path", tools, "--source", _folder, "Attribution.Reporter");
        Assert.True(installed.Code == 0, installed.Out + installed.Error);

        ProgramRun version = await ProgramRun.OfAsync(Path.Combine(tools, "attribution"), "--version");
        ProgramRun refused = await ProgramRun.OfAsync(Path.Combine(tools, "attribution"), "chanels");
        string built = typeof(ReporterCommand).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.Equal((0, built), (version.Code, version.Out.TrimEnd()));
        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("channels", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Profile_OfTheSingleFile_NamesTheProgramAsItsHelpDoes()
    {
        string profile = File.ReadAllText(Path.Combine(
            Corpora.Repository(), "reporter", "Attribution.Reporter", "Properties", "PublishProfiles",
            "single-file.pubxml"));

        Assert.Contains(
            $"<AssemblyName>{ReporterCommand.ProgramName}</AssemblyName>", profile, StringComparison.Ordinal);
    }
}
