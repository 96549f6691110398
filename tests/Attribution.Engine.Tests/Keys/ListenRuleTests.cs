using Attribution.Engine.Keys;

namespace Attribution.Engine.Tests.Keys;

public class ListenRuleTests
{
    [Theory]
    [InlineData("http://127.0.0.1:0", true, true)]
    [InlineData("http://127.8.8.8:0", true, true)]
    [InlineData("http://[::1]:0", true, true)]
    [InlineData("http://localhost:0", true, true)]
    [InlineData("http://0.0.0.0:0", false, true)]
    [InlineData("http://[::]:0", false, true)]
    [InlineData("http://10.0.0.1:0", false, true)]
    [InlineData("http://example.com:0", false, true)]
    [InlineData("http://localhost.example.com:0", false, true)]
    public void Check_Address_IsRefusedUnlessLoopbackOrKeyed(string url, bool isOpen, bool isKeyed)
    {
        Assert.Equal(isOpen, IsTaken(url));
        Assert.Equal(isKeyed, IsTaken(url, Key(KeyScopes.Ingest)));
        Assert.Equal(isOpen, IsTaken(url, Key(KeyScopes.Read | KeyScopes.Admin)));
        Assert.Equal(isOpen, IsTaken(url, Key(KeyScopes.Ingest) with { Revoked = DateTimeOffset.UnixEpoch }));
    }

    [Fact]
    public void Check_WiderThanLoopback_NamesTheCommandToRun()
    {
        var options = new EngineOptions { Url = new Uri("http://0.0.0.0:80"), DataFolder = "/where" };

        string message = Assert.Throws<StartException>(() => ListenRule.Check(options, [])).Message;

        Assert.Contains("engine keys create --project NAME --data /where", message);
        Assert.Contains("not encrypted", ListenRule.Check(options, [Key(KeyScopes.Ingest)]));
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "c", "k", "https://")]
    [InlineData("https://127.0.0.1:0", null, null, "--cert and --key")]
    [InlineData("https://127.0.0.1:0", "c", null, "belong together")]
    [InlineData("http://127.0.0.1:0", null, "k", "belong together")]
    public void Check_CertificateWithoutTls_IsRefused(
        string url, string? certificate, string? key, string said)
    {
        var options = new EngineOptions
        {
            Url = new Uri(url),
            Certificate = certificate,
            CertificateKey = key,
        };

        Assert.Contains(said, Assert.Throws<StartException>(() => ListenRule.Check(options, [])).Message);
    }

    private static bool IsTaken(string url, params ApiKey[] keys)
    {
        try
        {
            ListenRule.Check(new EngineOptions { Url = new Uri(url) }, keys);
            return true;
        }
        catch (StartException)
        {
            return false;
        }
    }

    private static ApiKey Key(KeyScopes scopes) => new()
    {
        Id = "0123456789",
        Project = "p",
        Scopes = scopes,
        Sha256 = new string('0', 64),
        Created = DateTimeOffset.UnixEpoch,
    };
}
