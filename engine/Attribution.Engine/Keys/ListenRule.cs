using System.Net;

namespace Attribution.Engine.Keys;

/// <summary>
/// Where an engine may listen: without keys on loopback only, and with a certificate over TLS only.
/// Stateless.
/// </summary>
internal static class ListenRule
{
    /// <summary>Checks before anything is started.</summary>
    /// <param name="options">As the command line gave them.</param>
    /// <param name="keys">All keys there are.</param>
    /// <returns>What a person should know of all the same; empty where there is nothing.</returns>
    /// <exception cref="StartException">The engine must not listen there.</exception>
    public static string Check(EngineOptions options, IReadOnlyList<ApiKey> keys)
    {
        Uri url = options.Url;
        CheckCertificate(options);
        if (IsLoopback(url))
            return "";
        if (!keys.Any(key => key.Opens(KeyScopes.Ingest)))
            throw new StartException(
                $"--urls {url} would let anyone send events: without an active ingest key the engine listens "
                + "on loopback only, such as http://127.0.0.1:8080. Make a key first: "
                + $"engine keys create --project NAME --data {options.DataFolder}");
        return url.Scheme == Uri.UriSchemeHttps
            ? ""
            : $"attribution: {url} is not encrypted: whoever can read the network reads keys and events. "
                + "Use --cert and --key, or a proxy that speaks TLS";
    }

    /// <summary>Any other name is listened on at every address, whatever it resolves to.</summary>
    private static bool IsLoopback(Uri url) => url.Host == "localhost"
        || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address)
            && IPAddress.IsLoopback(address));

    private static void CheckCertificate(EngineOptions options)
    {
        if ((options.Certificate is null) != (options.CertificateKey is null))
            throw new StartException(
                "--cert and --key belong together: a PEM file of the certificate and one of its private "
                + "key were expected.");
        bool isTls = options.Url.Scheme == Uri.UriSchemeHttps;
        if (isTls && options.Certificate is null)
            throw new StartException(
                $"--urls {options.Url} speaks TLS: --cert and --key, PEM files of a certificate and of its "
                + "private key, were expected.");
        if (!isTls && options.Certificate is not null)
            throw new StartException(
                $"--cert is given but --urls {options.Url} speaks no TLS: an address such as "
                + "https://127.0.0.1:8443 was expected.");
    }
}
