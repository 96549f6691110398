using System.CommandLine;
using System.Runtime.Versioning;
using Attribution.Reporter.Output;
using Attribution.Reporter.Settings;
using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Settings;

/// <summary>Who decides a setting: flag, environment, project's file, user's file, default.</summary>
public sealed class SettingLayersTests
{
    public static TheoryData<string, string, string> Values => new()
    {
        { "clickhouse", "ATTRIBUTION_CLICKHOUSE", "http://127.0.0.{0}:1" },
        { "database", "ATTRIBUTION_DATABASE", "db{0}" },
        { "user", "ATTRIBUTION_CLICKHOUSE_USER", "user{0}" },
        { "project", "ATTRIBUTION_PROJECT", "p{0}" },
        { "tz", "ATTRIBUTION_TZ", "Etc/GMT+{0}" },
        { "model", "ATTRIBUTION_MODEL", "custom:m{0}" },
        { "config", "ATTRIBUTION_CONFIG", "c{0}" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Setting_FromFiveLayers_IsTheUppermost(string name, string variable, string form)
    {
        using var folder = new SettingsFolder();
        string Value(int layer) => form.Replace("{0}", $"{layer}", StringComparison.Ordinal);
        void Expect(SettingOrigin origin, string? value, (string, string)[] environment, params string[] args)
        {
            ReportSettings read = Read(folder.Terminal(environment), args);
            SettingSource source = read.Sources.Single(each => each.Setting.Name == name);
            Assert.Equal((origin, value), (source.Origin, source.Value));
        }

        Expect(SettingOrigin.Default, Setting.All.Single(each => each.Name == name).Fallback, []);
        File.WriteAllText(folder.UserFile, $$"""{"{{name}}": "{{Value(1)}}"}""");
        Expect(SettingOrigin.UserFile, Value(1), []);
        File.WriteAllText(folder.ProjectFile, $$"""{"{{name}}": "{{Value(2)}}"}""");
        Expect(SettingOrigin.ProjectFile, Value(2), []);
        Expect(SettingOrigin.Environment, Value(3), [(variable, Value(3))]);
        Expect(SettingOrigin.Flag, Value(4), [(variable, Value(3))], $"--{name}", Value(4));
    }

    [Theory]
    [InlineData("http://10.0.0.9:8123", true)]
    [InlineData("http://127.0.0.1:8123", false)]
    public void Server_OfAProjectFile_GetsNoSecret(string server, bool isRefused)
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(folder.ProjectFile, $$"""{"clickhouse": "{{server}}"}""");
        Terminal terminal = folder.Terminal([("ATTRIBUTION_CLICKHOUSE_PASSWORD", "secret")]);

        if (!isRefused)
        {
            Assert.Equal("secret", Read(terminal, []).Server.Password);
            return;
        }

        UsageException error = Assert.Throws<UsageException>(() => Read(terminal, []));
        Assert.Contains("Name the server yourself", error.Message, StringComparison.Ordinal);
        Assert.Equal("secret", Read(terminal, ["--clickhouse", server]).Server.Password);
        Assert.Equal("", Read(folder.Terminal([]), []).Server.Password);
    }

    [Fact]
    public void Format_FromFile_IsUsed()
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(folder.UserFile, """{"format": "json"}""");

        Assert.Equal(OutputFormat.Json, Read(folder.Terminal()).Format);
    }

    [Fact]
    public void UserFile_OfXdg_IsReadInsteadOfHome()
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(folder.UserFile, """{"project": "home"}""");
        string other = Directory.CreateDirectory(Path.Combine(folder.Home, "x", "attribution")).FullName;
        File.WriteAllText(Path.Combine(other, "config.json"), """{"project": "xdg"}""");

        ReportSettings read = Read(folder.Terminal(("XDG_CONFIG_HOME", Path.Combine(folder.Home, "x"))));

        Assert.Equal("xdg", read.Project);
    }

    [Fact]
    public void File_WithCommentsAndTrailingComma_IsRead()
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(
            folder.ProjectFile,
            """
            {
              // whose days
              "tz": "Europe/Berlin", /* and whose
              data */ "project": "shop",
            }
            """);

        ReportSettings read = Read(folder.Terminal());

        Assert.Equal(("shop", "Europe/Berlin"), (read.Project, read.Range.Zone.Name));
        Assert.Equal(
            $"project in {folder.ProjectFile}, line 4",
            read.Sources.Single(source => source.Setting == Setting.Project).Place);
    }

    [Theory]
    [InlineData("{\n\n \"projct\": \"x\"}", "line 3: 'projct' is no setting. Did you mean 'project'?")]
    [InlineData("{\n\"password\": \"hush-hush\"}", "line 2: secrets do not belong in a file")]
    [InlineData("{\"clickhouse_key\": \"hush-hush\"}", "ATTRIBUTION_CLICKHOUSE_PASSWORD")]
    [InlineData("{\"limit\": \"5\"}", "Known are clickhouse, database")]
    [InlineData("{\"project\": 5}", "line 1: project takes a text in quotes")]
    [InlineData("{\"project\": \"a\",\n\"project\": \"b\"}", "line 2: project is there twice")]
    [InlineData("[]", "an object was expected")]
    [InlineData("", "no JSON")]
    [InlineData("{\"project\": \"a\"", "no JSON")]
    [InlineData("{\"project\": \"a\"}\n}", "line 2: no JSON")]
    [InlineData("{\"project\": \"\\ud800\"}", "no UTF-8")]
    [InlineData("{\"tz\": \"Berlin\"}", "line 1: 'Berlin' is no time zone")]
    [InlineData("{\"model\": \"liner\"}", "Did you mean 'linear'?")]
    [InlineData("{\"clickhouse\": \"http://u:hush-hush@h:1\"}", "takes no user, password")]
    public async Task File_ThatMakesNoSense_IsRefusedByNameAndLine(string json, string message)
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(folder.ProjectFile, json);

        ReporterRun run = await ReporterRun.OfAsync(folder.Terminal(), "channels");

        Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
        Assert.Contains(folder.ProjectFile, run.Error, StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task File_ThatEverybodyCanWrite_IsRefused()
    {
        using var folder = new SettingsFolder();
        File.WriteAllText(folder.ProjectFile, "{}");
        File.SetUnixFileMode(folder.ProjectFile, (UnixFileMode)0b110_110_110);

        ReporterRun run = await ReporterRun.OfAsync(folder.Terminal(), "channels");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("chmod o-w", run.Error, StringComparison.Ordinal);
    }

    private static ReportSettings Read(Terminal terminal, params string[] args)
    {
        var options = new ReportOptions();
        var root = new RootCommand();
        options.AddTo(root);
        using var console = new ReportConsole
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            Clock = new FixedClock(),
            Environment = name => terminal.Environment?.GetValueOrDefault(name),
            WorkingFolder = terminal.Folder,
        };
        return options.Read(root.Parse(args), console);
    }
}
