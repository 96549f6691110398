using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Keys and passwords: what is wrong with one is said, and the secret is not.</summary>
public sealed class SecretTests(KnownDatabase database) : IClassFixture<KnownDatabase>
{
    private const string Secret = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2";
    private const string Word = "pass-word-7";

    [Theory]
    [InlineData("attr_0123456789_", "")]
    [InlineData("attr_0123456789_", Secret + "a")]
    [InlineData("attr_0123456789_", Secret + "\n")]
    [InlineData("attr_0123456789_", "\0" + Secret)]
    [InlineData("attr_0123456789-", Secret)]
    [InlineData("attr_012345678_", Secret)]
    [InlineData("attr_01234567899_", Secret)]
    [InlineData("attr_012345678G_", Secret)]
    [InlineData("attr_../../etc/_", Secret)]
    [InlineData("attr_0123'--678_", Secret)]
    [InlineData("attr_0123456789_", "5EC2E75EC2E75EC2E75EC2E75EC2E75EC2E75EC2E75EC2E75EC2E75EC2E75EC2")]
    [InlineData("ATTR_0123456789_", Secret)]
    [InlineData(" attr_0123456789_", Secret)]
    [InlineData("Bearer attr_0123456789_", Secret)]
    [InlineData("", Secret)]
    [InlineData("\u001b[31m", Secret)]
    [InlineData("attr_٠١٢٣٤٥٦٧٨٩_", Secret)]
    public async Task Key_Malformed_IsRefusedWithoutRepeatingIt(string before, string secret)
    {
        foreach (string[] command in (string[][])[["channels"], ["sql", "SELECT 1"], ["config", "list"]])
        {
            ReporterRun run = await RunAsync("ATTRIBUTION_KEY", before + secret, command);

            Assert.Equal((ExitCode.Usage, ""), (run.Code, run.Out));
            Assert.StartsWith("error: ATTRIBUTION_KEY holds no key", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("5ec2e7", run.Error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("0123", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_Huge_IsRefusedInOneLine()
    {
        ReporterRun run = await RunAsync(
            "ATTRIBUTION_KEY", "attr_0123456789_" + new string('a', 100_000), "channels");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.InRange(run.Error.Length, 1, 200);
    }

    [Theory]
    [InlineData("channels")]
    [InlineData("sql", "SELECT 1")]
    [InlineData("explain", "c1")]
    [InlineData("replay", "--config", "web")]
    public async Task Key_ThatNobodyHas_IsNoAccessAndIsNotShown(params string[] command)
    {
        ReporterRun run = await RunAsync("ATTRIBUTION_KEY", "attr_0123456789_" + Secret, command);

        Assert.Equal((ExitCode.NoAccess, ""), (run.Code, run.Out));
        Assert.Contains("'attribution_0123456789'", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("5ec2e7", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_WithoutAServer_IsNotShown()
    {
        var terminal = Holding("ATTRIBUTION_KEY", "attr_0123456789_" + Secret);

        ReporterRun run = await ReporterRun.OfAsync(
            terminal, "channels", "--clickhouse", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.NoAccess, run.Code);
        Assert.DoesNotContain("5ec2e7", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user:" + Word + "@127.0.0.1:1")]
    [InlineData("http//user:" + Word + "@127.0.0.1:1")]
    [InlineData("user:" + Word + "@127.0.0.1")]
    [InlineData("http://127.0.0.1:1/?user=u&password=" + Word)]
    [InlineData("127.0.0.1:1?password=" + Word)]
    public async Task ClickHouse_AddressWithAPassword_IsRefusedWithoutRepeatingIt(string address)
    {
        ReporterRun run = await ReporterRun.OfAsync("channels", "--clickhouse", address);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("ATTRIBUTION_CLICKHOUSE_PASSWORD", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Word, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Word + "\n", ExitCode.Usage)]
    [InlineData(Word + "\r\nX-ClickHouse-User: default", ExitCode.Usage)]
    [InlineData("é" + Word, ExitCode.Usage)]
    [InlineData(Word + "\0", ExitCode.Usage)]
    [InlineData("'" + Word + "\\ \"{x:String}", ExitCode.NoAccess)]
    public async Task Password_Hostile_IsNeverShown(string password, int code)
    {
        ReporterRun run = await RunAsync("ATTRIBUTION_CLICKHOUSE_PASSWORD", password, "channels");

        Assert.Equal((code, ""), (run.Code, run.Out));
        Assert.DoesNotContain(Word, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_ThatIsNoHeader_IsAUsageError()
    {
        ReporterRun run = await RunAsync("ATTRIBUTION_CLICKHOUSE_USER", "a\r\nb", "channels");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("printable ASCII", run.Error, StringComparison.Ordinal);
    }

    private Task<ReporterRun> RunAsync(string variable, string value, params string[] command) =>
        database.RunAsync(Holding(variable, value), command);

    private static Terminal Holding(string variable, string value) =>
        new(Environment: new Dictionary<string, string> { [variable] = value });
}
