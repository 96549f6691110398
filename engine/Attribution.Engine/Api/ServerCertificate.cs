using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Attribution.Engine.Api;

/// <summary>
/// The certificate that the engine speaks TLS with, from PEM files, followed as they change. Connections
/// that are open keep the one they began with. Asked by all handshakes at once; owned by the server.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    /// <summary>How soon a change of the files counts.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly Action<string> _log;
    private readonly ITimer _polling;
    private SslStreamCertificateContext _context;
    private (DateTime, DateTime) _stamp;
    private int _isPolling;

    /// <exception cref="StartException">A file is absent or not what was expected.</exception>
    public ServerCertificate(
        string certificateFile, string keyFile, TimeProvider clock, Action<string> log)
    {
        (_certificateFile, _keyFile, _log) = (certificateFile, keyFile, log);
        _stamp = Stamp();
        _context = Load();
        _polling = clock.CreateTimer(_ => Poll(), null, PollInterval, PollInterval);
    }

    /// <summary>How Kestrel is to greet: with what is in the files by then.</summary>
    /// <param name="timeout">Of one handshake.</param>
    public TlsHandshakeCallbackOptions Handshake(TimeSpan timeout) => new()
    {
        HandshakeTimeout = timeout,
        OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Volatile.Read(ref _context),
        }),
    };

    public void Dispose() => _polling.Dispose();

    /// <summary>Takes over changed files; those that cannot be used leave the certificate as it is.</summary>
    internal void Poll()
    {
        if (Interlocked.Exchange(ref _isPolling, 1) != 0)
            return;
        try
        {
            (DateTime, DateTime) stamp = Stamp();
            if (stamp == _stamp)
                return;
            _stamp = stamp;
            SslStreamCertificateContext next = Load();
            Volatile.Write(ref _context, next);
            _log($"TLS: new certificate of {next.TargetCertificate.Subject}, valid until "
                + $"{next.TargetCertificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
        }
        catch (StartException failure)
        {
            _log($"TLS: the certificate stays as it was: {failure.Message}");
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private (DateTime, DateTime) Stamp() =>
        (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslStreamCertificateContext Load()
    {
        X509Certificate2Collection chain = Chain();
        try
        {
            X509Certificate2 certificate =
                X509Certificate2.CreateFromPem(File.ReadAllText(_certificateFile), ReadKey());
            // Offline: a start must not wait for somebody else's server to complete a chain.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new StartException(
                $"--key {_keyFile} is not the key of --cert {_certificateFile}: {failure.Message} The "
                + "unencrypted private key of its first certificate was expected, in PEM.", failure);
        }
    }

    private X509Certificate2Collection Chain()
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPemFile(_certificateFile);
        }
        catch (Exception failure)
            when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"--cert {_certificateFile} cannot be read: {failure.Message} A PEM file was expected: the "
                + "certificate, then those that signed it.", failure);
        }

        return chain.Count > 0
            ? chain
            : throw new StartException(
                $"--cert {_certificateFile} holds no certificate: one between BEGIN CERTIFICATE and END "
                + "CERTIFICATE was expected.");
    }

    private string ReadKey()
    {
        try
        {
            return File.ReadAllText(_keyFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"--key {_keyFile} cannot be read: {failure.Message} A PEM file of the certificate's "
                + "private key was expected.", failure);
        }
    }
}
