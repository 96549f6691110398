using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Text.Json;
using Attribution.ClickHouse.Embedded;
using Attribution.Engine.Api;
using Attribution.Engine.Identity;
using Attribution.Engine.Journal;
using Attribution.Engine.Sink;
using Attribution.Engine.Workers;
using static Attribution.Engine.EngineCommand;

namespace Attribution.Engine;

/// <summary>From a parsed command line, environment and files to checked options. Stateless.</summary>
internal static class OptionsReader
{
    /// <exception cref="StartException">An option's value cannot be used; the message names it.</exception>
    public static EngineOptions Read(ParseResult parsed)
    {
        ClickHouseAccessFile access = ClickHouseAccessFile.Read(parsed.GetValue(ClickHouseAccess));
        var options = new EngineOptions
        {
            Url = HttpUrl("--urls", parsed.GetValue(Urls)!),
            ReusePort = parsed.GetValue(ReusePort),
            DataFolder = parsed.GetValue(Data)!,
            ClickHouse = parsed.GetValue(EngineCommand.ClickHouse) is { } server
                ? HttpUrl("--clickhouse", server)
                : null,
            ClickHousePort = parsed.GetValue(ClickHousePort),
            ClickHouseTcpPort = parsed.GetValue(ClickHouseTcpPort),
            ClickHouseUser = access.User,
            ClickHousePassword = access.Password,
            Database = access.Database,
            ConfigFile = parsed.GetValue(Config),
            Durability = parsed.GetValue(DurabilityLevel),
            JournalMaxBytes = JournalLimit(parsed),
            Certificate = parsed.GetValue(Certificate),
            CertificateKey = parsed.GetValue(CertificateKey),
            Edge = Edge(parsed),
            Shards = InRange(parsed, Shards, 1, 64),
            RingSlots = PowerOfTwo(parsed, RingSlots, 1024, 1 << 24),
            ArenaBytes = PowerOfTwo(parsed, ArenaBytes, 1 << 20, 1 << 30),
            Sink = new SinkOptions
            {
                MaxBatchRows = InRange(parsed, BatchRows, 1, 1_000_000),
                MaxBatchBytes = InRange(parsed, BatchBytes, 64 * 1024, 256 * 1024 * 1024),
                MaxBatchAge = TimeSpan.FromMilliseconds(InRange(parsed, BatchAge, 10, 60_000)),
            },
            Workers = new WorkerOptions
            {
                MaxPersons = PowerOfTwo(parsed, MaxPersons, 1024, 1 << 28),
                MaxTouchesPerPerson = InRange(parsed, MaxTouches, 1, 128),
            },
            Identity = new IdentityOptions { EventIds = PowerOfTwo(parsed, DedupeIds, 1024, 1 << 28) },
        };
        return options;
    }

    /// <summary>For a command that works on the data of an engine which is not running.</summary>
    /// <exception cref="StartException">An option's value cannot be used; the message names it.</exception>
    public static EngineOptions ReadStorage(ParseResult parsed)
    {
        ClickHouseAccessFile access = ClickHouseAccessFile.Read(parsed.GetValue(ClickHouseAccess));
        return new EngineOptions
        {
            DataFolder = parsed.GetValue(Data)!,
            ClickHouse = parsed.GetValue(EngineCommand.ClickHouse) is { } server
                ? HttpUrl("--clickhouse", server)
                : null,
            ClickHousePort = parsed.GetValue(ClickHousePort),
            ClickHouseTcpPort = parsed.GetValue(ClickHouseTcpPort),
            ClickHouseUser = access.User,
            ClickHousePassword = access.Password,
            Database = access.Database,
            ConfigFile = parsed.GetValue(Config),
        };
    }

    public static EmbeddedOptions ReadServer(ParseResult parsed) => new()
    {
        DataFolder = parsed.GetValue(Data)!,
        HttpPort = parsed.GetValue(ClickHousePort),
        TcpPort = parsed.GetValue(ClickHouseTcpPort),
    };

    private static EdgeOptions Edge(ParseResult parsed)
    {
        var edge = new EdgeOptions
        {
            MaxBodyBytes = parsed.GetValue(MaxBodyBytes),
            MaxBodiesBytes = parsed.GetValue(MaxBodiesBytes),
            MaxEventBytes = parsed.GetValue(MaxEventBytes),
            MaxJsonDepth = parsed.GetValue(MaxJsonDepth),
            MaxHeaderBytes = parsed.GetValue(MaxHeaderBytes),
            HeaderTimeout = Millis(parsed, HeaderTimeout),
            MinBodyBytesPerSecond = parsed.GetValue(MinBodyRate),
            BodyGrace = Millis(parsed, BodyGrace),
            IdleTimeout = Millis(parsed, IdleTimeout),
            MaxConnections = parsed.GetValue(MaxConnections),
            EventsPerSecond = parsed.GetValue(EventsPerSecond),
        };
        try
        {
            edge.Validate();
            return edge;
        }
        catch (ValidationException failure)
        {
            throw new StartException($"A limit is out of range: {failure.Message}", failure);
        }
    }

    private static TimeSpan Millis(ParseResult parsed, Option<int> option) =>
        TimeSpan.FromMilliseconds(parsed.GetValue(option));

    private static long JournalLimit(ParseResult parsed)
    {
        long bytes = parsed.GetValue(JournalMaxBytes);
        return bytes >= JournalOptions.SmallestMaxBytes
            ? bytes
            : throw new StartException(
                $"{JournalMaxBytes.Name} {bytes} is too small: {JournalOptions.SmallestMaxBytes} or more "
                + "was expected.");
    }

    private static Uri HttpUrl(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new StartException($"{option} {text} is no address such as http://127.0.0.1:8080.");

    private static int InRange(ParseResult parsed, Option<int> option, int from, int to)
    {
        int value = parsed.GetValue(option);
        return value >= from && value <= to
            ? value
            : throw new StartException(
                $"{option.Name} {value} is out of range: {from} to {to} was expected.");
    }

    private static int PowerOfTwo(ParseResult parsed, Option<int> option, int from, int to)
    {
        int value = InRange(parsed, option, from, to);
        return BitOperations.IsPow2(value)
            ? value
            : throw new StartException(
                $"{option.Name} {value} is no power of two; "
                + $"{BitOperations.RoundUpToPowerOf2((uint)value)} is.");
    }

    /// <summary>How to reach ClickHouse, from a file or from the environment. Immutable.</summary>
    private sealed record ClickHouseAccessFile(string User, string Password, string Database)
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

        public static ClickHouseAccessFile Read(string? path)
        {
            if (path is null)
                return new ClickHouseAccessFile(
                    Environment.GetEnvironmentVariable("ATTRIBUTION_CLICKHOUSE_USER") ?? "default",
                    Environment.GetEnvironmentVariable("ATTRIBUTION_CLICKHOUSE_PASSWORD") ?? "",
                    Environment.GetEnvironmentVariable("ATTRIBUTION_CLICKHOUSE_DATABASE") ?? "attribution");
            try
            {
                FileContent content = JsonSerializer.Deserialize<FileContent>(File.ReadAllBytes(path), Json)
                    ?? throw new JsonException("null is no object");
                return new ClickHouseAccessFile(
                    content.User ?? "default", content.Password ?? "", content.Database ?? "attribution");
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException or JsonException)
            {
                throw new StartException(
                    $"--clickhouse-access {path} cannot be read: {failure.Message} A JSON object with user, "
                    + "password and database was expected.", failure);
            }
        }

        private sealed record FileContent(string? User, string? Password, string? Database);
    }
}
