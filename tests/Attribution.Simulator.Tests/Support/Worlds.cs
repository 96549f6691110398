using System.Security.Cryptography;
using Attribution.Simulator.Streaming;

namespace Attribution.Simulator.Tests.Support;

/// <summary>Small worlds that tests share, and what is read off their bytes. Stateless.</summary>
internal static class Worlds
{
    public static readonly DateTimeOffset End = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static SimulatorOptions Options(long events = 20_000, ulong seed = 7) =>
        new() { Seed = seed, Events = events, End = End };

    public static string Sha256(SimulatorOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var stream = new EventStream(options);
        var body = new EventBody(BodyFormat.NdJson);
        while (stream.TryAppendTo(body))
        {
            hash.AppendData(body.Bytes.Span);
            body.Clear();
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
