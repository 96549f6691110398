using System.Text;
using System.Text.Json;
using Attribution.Engine.Tests.EndToEnd.Support;
using Attribution.Testing;

namespace Attribution.Engine.Tests.EndToEnd;

/// <remarks>
/// Public corpora and hostile texts the whole way: over HTTP, through the journal, into ClickHouse, and read
/// back as hexadecimal, so that nothing on the way back can hide a changed byte.
/// </remarks>
public class CorporaTests(ClickHouseFixture clickHouse) : IClassFixture<ClickHouseFixture>
{
    private const int MaxEventBytes = 32 * 1024;

    private static readonly string[] TextColumns =
    [
        "type", "event_id", "user_id", "anonymous_id", "device_id", "install_referrer", "source", "medium",
        "campaign", "term", "content", "click_id", "url", "referrer", "user_agent", "country",
    ];

    private static readonly string[] Hostile =
    [
        "'; DROP TABLE events; --", "\\'; SELECT 1 --", "\\", "\\\\N", "\\N", "NULL", "\0", "a\0b",
        "\r\n", "\t",
        "\n\n\t\r", "{project:String}", "${jndi:ldap://x}", "<script>alert(1)</script>", "=1+1",
        "@cmd|' /C calc'!A0",
        "\"", "\"\"\"", "'", "`", "%00", "%s%n", "\u202Eabc\u202C", "\uFEFFx",
        "\u0001\u001F\u007F", "\u2028\u2029",
        "Zoë", "日本語", "😀🏴\u200D☠️", "\U0010FFFF", "\u0301", "..\\..\\etc", "../../etc/passwd",
        " lead and trail ",
        "\u001B[31mred\u001B[0m", "﷽", "ﬀ", "İi", "ẞ", "--", "/*", "*/", "#", "?a=b&c=%zz",
        "\uE000", "\uD7FF\uE000",
    ];

    [Fact]
    public async Task JsonTestSuite_GoesThroughOrIsRefusedWithAReason()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        var sent = new Dictionary<string, string>();
        int rejected = 0;

        foreach (string path in Directory.GetFiles(Corpora.Path("json-test-suite", "test_parsing")).Order())
        {
            string name = Path.GetFileName(path)[..Math.Min(60, Path.GetFileName(path).Length)];
            byte[] document = [.. "{\"p\":"u8, .. File.ReadAllBytes(path), .. "}"u8];
            (int status, string answer) = await engine.SendAsync(Event(name, document));
            Assert.True(status is 200 or 400, $"{name}: {status} {answer}");
            if (name[0] == 'y')
                Assert.Equal("{\"accepted\":1,\"rejected\":0}", answer);
            if (name[0] == 'n' && status == 200)
                document = EndedEarly(document, answer);
            if (status == 200)
                sent.Add(name, Convert.ToHexString(document));
            else
                Assert.Matches("\"(reason|error)\":\"[a-z]+: [^\"]+\"", answer);
            rejected += Rejected(answer);

            (status, answer) = await engine.SendAsync(File.ReadAllBytes(path));
            Assert.True(status == 400 || answer == "{\"accepted\":0,\"rejected\":0}", $"{name}: {answer}");
            rejected += Rejected(answer);
        }

        Assert.InRange(sent.Count, 95, 95 + 35);
        await engine.DrainAsync();
        Assert.Equal(sent, await PropertiesAsync(database));
        Assert.Equal($"{rejected}\n", await clickHouse.QueryAsync(
            $"SELECT count() FROM {database}.dead_letters FINAL WHERE notEmpty(reason)"));
    }

    [Fact]
    public async Task Utf8Tests_ValidOnesAreKeptByteForByteAndInvalidOnesRefused()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        var sent = new Dictionary<string, string>();
        int number = 0;

        foreach ((bool isValid, byte[] text) in Utf8Cases())
        {
            string id = $"utf8-{++number}";
            byte[] properties = [.. "{\""u8, .. text, .. "\":\""u8, .. text, .. "\"}"u8];
            byte[] rest = Event(id, properties)[1..];
            byte[] body = [.. "{\"term\":\""u8, .. text, .. "\","u8, .. rest];
            (int status, string answer) = await engine.SendAsync(body);
            Assert.True(status == (isValid ? 200 : 400), $"{id}: {answer}");
            if (isValid)
                sent.Add(id, Convert.ToHexString(text));
            else
                Assert.Contains("event: not UTF-8", answer, StringComparison.Ordinal);
        }

        Assert.InRange(sent.Count, 20, number - 50);
        await engine.DrainAsync();
        Assert.Equal(sent, await ReadAsync(
            $"SELECT event_id, hex(term) FROM {database}.events FINAL FORMAT TSV"));
        Assert.Equal(
            sent.ToDictionary(one => one.Key, one => $"7B22{one.Value}223A22{one.Value}227D"),
            await PropertiesAsync(database));
    }

    [Fact]
    public async Task GithubWebhooks_AsProperties_AreKeptByteForByte()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        var sent = new Dictionary<string, string>();
        int tooLarge = 0;

        foreach ((string id, byte[] payload) in Webhooks())
        {
            byte[] body = Event(id, payload);
            (int status, string answer) = await engine.SendAsync(body);
            if (body.Length <= MaxEventBytes)
            {
                Assert.True(status == 200, $"{id}: {answer}");
                sent.Add(id, Convert.ToHexString(payload));
                continue;
            }

            tooLarge++;
            Assert.Equal(
                "{\"accepted\":0,\"rejected\":1,\"errors\":[{\"index\":0,"
                + "\"reason\":\"event: larger than the limit\"}]}", answer);
            Assert.Equal(400, status);
        }

        Assert.InRange(sent.Count, 300, 400);
        Assert.InRange(tooLarge, 1, 100);
        await engine.DrainAsync();
        Assert.Equal(sent, await PropertiesAsync(database));
    }

    [Fact]
    public async Task HostileTexts_InEveryField_AreKeptByteForByte()
    {
        using var folder = new TemporaryFolder();
        string database = await clickHouse.CreateDatabaseAsync();
        await using EngineHost engine = await EngineHost.StartAsync(
            EngineHost.Options(clickHouse, database, folder.Path));
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        var events = new List<string>();

        foreach (string column in TextColumns)
        {
            for (int i = 0; i < Hostile.Length; i++)
            {
                // The contract takes a device id of zeros and hyphens for none.
                if (column == "device_id" && Hostile[i] == "--")
                    continue;
                // An id of its own, so that no two of them are one event; the text stands in one column.
                var fields = new Dictionary<string, string>
                {
                    ["type"] = "t",
                    ["event_id"] = $"{column}-{i}",
                    ["anonymous_id"] = "a",
                    [column] = Hostile[i],
                };
                events.Add(JsonSerializer.Serialize(fields));
                expected.Add($"{column}\t{Hex(Hostile[i])}");
            }
        }

        (int status, string answer) =
            await engine.SendAsync(Encoding.UTF8.GetBytes("[" + string.Join(',', events) + "]"));
        Assert.Equal($"{{\"accepted\":{events.Count},\"rejected\":0}}", answer);
        Assert.Equal(200, status);
        await engine.DrainAsync();

        var stored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string column in TextColumns)
        {
            foreach (string hex in (await clickHouse.QueryAsync(
                $"SELECT DISTINCT hex({column}) FROM {database}.events FINAL FORMAT TSV")).Split('\n'))
                stored.Add($"{column}\t{hex}");
        }

        Assert.Subset(stored, expected);
        Assert.Equal($"{events.Count}\n", await clickHouse.QueryAsync(
            $"SELECT count() FROM {database}.events FINAL"));
    }

    /// <summary>A brace too many ends the event before the body's end, which is refused on its own.</summary>
    private static byte[] EndedEarly(byte[] document, string answer)
    {
        Assert.Equal("{\"p\":{}}}", Encoding.UTF8.GetString(document));
        Assert.Equal(
            "{\"accepted\":1,\"rejected\":1,\"errors\":[{\"index\":1,\"reason\":\"event: not valid JSON\"}]}",
            answer);
        return document[..^1];
    }

    private static byte[] Event(string id, byte[] properties) =>
    [
        .. Encoding.UTF8.GetBytes(
            "{\"type\":\"t\",\"anonymous_id\":\"a\",\"event_id\":\"" + id + "\",\"properties\":"),
        .. properties, .. "}"u8,
    ];

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static int Rejected(string answer)
    {
        using JsonDocument json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty("rejected", out JsonElement count) ? count.GetInt32() : 0;
    }

    /// <summary>Lines such as <c>2.1.1:valid hex:00</c>, without bytes that JSON has escapes for.</summary>
    private static IEnumerable<(bool IsValid, byte[] Text)> Utf8Cases() =>
        from line in File.ReadLines(Corpora.Path("utf8tests", "utf8tests.txt"))
        where !line.StartsWith('#')
        let parts = line.Split(':')
        where parts.Length > 2 && parts[1] is "valid hex" or "invalid hex"
        let bytes = Convert.FromHexString(parts[2].Replace(" ", ""))
        where bytes.Length > 0 && !bytes.Any(value => value < 0x20 || value == '"' || value == '\\')
        select (parts[1] == "valid hex", bytes);

    /// <summary>Every example as it was written, and per hook all of them together.</summary>
    private static IEnumerable<(string Id, byte[] Payload)> Webhooks()
    {
        byte[] file = File.ReadAllBytes(Corpora.Path("github-webhooks", "api.github.com", "index.json"));
        using JsonDocument hooks = JsonDocument.Parse(file);
        foreach (JsonElement hook in hooks.RootElement.EnumerateArray())
        {
            string name = hook.GetProperty("name").GetString()!;
            JsonElement examples = hook.GetProperty("examples");
            int number = 0;
            foreach (JsonElement example in examples.EnumerateArray())
                yield return ($"{name}-{number++}", Raw(example));
            if (number > 4)
                yield return ($"{name}-all", [.. "{\"all\":"u8, .. Raw(examples), .. "}"u8]);
        }
    }

    private static byte[] Raw(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());

    private Task<Dictionary<string, string>> PropertiesAsync(string database) =>
        ReadAsync($"SELECT event_id, hex(properties) FROM {database}.events FINAL FORMAT TSV");

    private async Task<Dictionary<string, string>> ReadAsync(string sql) =>
        (await clickHouse.QueryAsync(sql)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1]);
}
