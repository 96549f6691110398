using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Attribution.Engine.Api;
using Attribution.Engine.Ingest;
using Attribution.Engine.Telemetry;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Engine.Tests.Ingest.Support;
using Attribution.Engine.Tests.Keys.Support;

namespace Attribution.Engine.Tests.Api;

public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    private string CertificateFile => Path.Combine(_folder.Path, "server.pem");

    private string KeyFile => Path.Combine(_folder.Path, "server.key");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Post_OverTls_IsTaken(int version, bool isRsa)
    {
        Write("one", isRsa);
        await using TlsHost host = await TlsHost.StartAsync(CertificateFile, KeyFile);
        using HttpClient http = host.NewClient(version);

        using HttpResponseMessage answer = await http.PostAsync(
            "/v1/events", new ByteArrayContent(Bodies.Utf8(Samples.Click)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(version, answer.Version.Major);
        Assert.Equal("CN=one", host.Seen);
        Assert.Single(host.Rig.Consume());
    }

    [Fact]
    public async Task Files_Changed_AreServedToNewConnectionsAndOpenOnesLiveOn()
    {
        Write("one");
        await using TlsHost host = await TlsHost.StartAsync(CertificateFile, KeyFile);
        using HttpClient open = host.NewClient(1);
        Assert.Equal("alive", await TlsHost.StatusAsync(open));
        Assert.Equal("CN=one", host.Seen);

        Write("two");
        await host.UntilSeenAsync("CN=two");

        host.Seen = "";
        Assert.Equal("alive", await TlsHost.StatusAsync(open));
        Assert.Equal("", host.Seen);
    }

    [Theory]
    [InlineData("server.pem")]
    [InlineData("server.key")]
    public async Task Poll_BrokenFile_KeepsTheOldCertificateAndSaysSo(string broken)
    {
        Write("one");
        using var certificate = NewCertificate();
        File.WriteAllText(Path.Combine(_folder.Path, broken), "no PEM");

        certificate.Poll();
        certificate.Poll();

        Assert.Contains("stays as it was", Assert.Single(_log));
        Assert.Equal("CN=one", await SubjectAsync(certificate));
        Write("two");
        certificate.Poll();
        Assert.Equal("CN=two", await SubjectAsync(certificate));
    }

    [Fact]
    public async Task Poll_CertificateBeforeItsKey_WaitsForTheKey()
    {
        Write("one");
        using var certificate = NewCertificate();
        string key = File.ReadAllText(KeyFile);
        Write("two");
        string next = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, key);

        certificate.Poll();
        Assert.Equal("CN=one", await SubjectAsync(certificate));
        File.WriteAllText(KeyFile, next);
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UtcNow.AddSeconds(5));
        certificate.Poll();

        Assert.Equal("CN=two", await SubjectAsync(certificate));
    }

    [Theory]
    [InlineData("absent", "good", "server.pem")]
    [InlineData("good", "absent", "server.key")]
    [InlineData("text", "good", "server.pem")]
    [InlineData("good", "text", "server.key")]
    [InlineData("good", "other", "server.key")]
    public void Start_WithFilesThatCannotServe_NamesTheFileAndWhatWasExpected(
        string certificate, string key, string named)
    {
        Write("one");
        Spoil(CertificateFile, certificate);
        Spoil(KeyFile, key);

        string message = Assert.Throws<StartException>(() => NewCertificate()).Message;

        Assert.Contains(named, message);
        Assert.Contains("expected", message);
    }

    private static void Spoil(string file, string how)
    {
        if (how == "absent")
            File.Delete(file);
        else if (how == "text")
            File.WriteAllText(file, "no PEM");
        else if (how == "other")
            File.WriteAllText(file, ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem());
    }

    private ServerCertificate NewCertificate() =>
        new(CertificateFile, KeyFile, new ManualClock(), _log.Add);

    private static async Task<string> SubjectAsync(ServerCertificate certificate)
    {
        SslServerAuthenticationOptions served =
            await certificate.Handshake(TimeSpan.FromSeconds(1)).OnConnection!(new());
        return served.ServerCertificateContext!.TargetCertificate.Subject;
    }

    private void Write(string name, bool isRsa = false)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = key is RSA rsa
            ? new($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The engine's server over TLS at a free port, over a rig. Owned by one test.</summary>
    private sealed class TlsHost : IAsyncDisposable
    {
        private readonly MetricsText _metrics;
        private EngineServer? _server;

        private TlsHost() => _metrics = new MetricsText(Rig.Meter);

        public IngestRig Rig { get; } = new();

        /// <summary>Whose certificate the last new connection was shown.</summary>
        public string Seen { get; set; } = "";

        public static async Task<TlsHost> StartAsync(string certificate, string key)
        {
            var host = new TlsHost();
            var readiness = new Readiness(new ReadinessSources
            {
                RingFill = () => 0,
                IsJournalWriting = () => true,
                IsSinkHealthy = () => true,
            });
            host._server = await EngineServer.StartAsync(
                new EngineOptions
                {
                    Url = new Uri("https://127.0.0.1:0"),
                    Certificate = certificate,
                    CertificateKey = key,
                },
                new ApiServices
                {
                    Ingestor = host.Rig.Ingestor,
                    Projects = new OpenProjectResolver(),
                    Readiness = readiness,
                    Metrics = host._metrics,
                    Requests = new RequestMetrics(host.Rig.Meter),
                    Bodies = new BodyBudget(1 << 30, host.Rig.Meter),
                },
                CancellationToken.None);
            return host;
        }

        public HttpClient NewClient(int version)
        {
            var handler = new SocketsHttpHandler
            {
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        Seen = certificate!.Subject;
                        return Seen.StartsWith("CN=", StringComparison.Ordinal);
                    },
                },
            };
            return new HttpClient(handler)
            {
                BaseAddress = _server!.Url,
                DefaultRequestVersion = new Version(version, version == 1 ? 1 : 0),
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
        }

        public static async Task<string> StatusAsync(HttpClient http)
        {
            string answer = await http.GetStringAsync("/healthz");
            return answer.Contains("alive", StringComparison.Ordinal) ? "alive" : answer;
        }

        /// <summary>Opens new connections until one is shown that certificate.</summary>
        public async Task UntilSeenAsync(string subject)
        {
            for (int i = 0; i < 600 && Seen != subject; i++)
            {
                await Task.Delay(50);
                using HttpClient http = NewClient(1);
                await StatusAsync(http);
            }

            Assert.Equal(subject, Seen);
        }

        public async ValueTask DisposeAsync()
        {
            await _server!.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
            _metrics.Dispose();
            Rig.Dispose();
        }
    }
}
