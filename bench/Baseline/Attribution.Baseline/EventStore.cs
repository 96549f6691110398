using System.Buffers;
using System.Text.Json;

namespace Attribution.Baseline;

/// <summary>
/// Where batches of events go: nowhere, into a file, or into a table of ClickHouse, as lines of JSON.
/// Owned by the consumer; its buffer grows to the largest batch.
/// </summary>
internal sealed class EventStore : IDisposable
{
    private const string Insert = "/?date_time_input_format=best_effort&query="
        + "INSERT%20INTO%20baseline_events%20FORMAT%20JSONEachRow";

    private const string Table = """
        CREATE TABLE IF NOT EXISTS baseline_events
        (
            type LowCardinality(String), event_id String, timestamp DateTime64(3, 'UTC'),
            sent_at Nullable(DateTime64(3, 'UTC')), user_id String, anonymous_id String, device_id String,
            install_referrer String, source LowCardinality(String), medium LowCardinality(String),
            campaign LowCardinality(String), term LowCardinality(String), content LowCardinality(String),
            click_id String, url String, referrer String, ip String, user_agent LowCardinality(String),
            country LowCardinality(String), revenue Nullable(Decimal(18, 4)), currency LowCardinality(String),
            properties String
        )
        ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (type, timestamp)
        """;

    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly FileStream? _file;
    private readonly HttpClient? _clickHouse;

    /// <param name="target">A file, or the address of a ClickHouse; nothing is stored where null.</param>
    public EventStore(string? target)
    {
        if (target is null)
            return;
        if (target.StartsWith("http://", StringComparison.Ordinal))
            _clickHouse = new HttpClient { BaseAddress = new Uri(target) };
        else
            _file = new FileStream(target, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public async Task OpenAsync(CancellationToken cancel)
    {
        if (_clickHouse is not null)
            await PostAsync("/", new StringContent(Table), cancel);
    }

    public async Task WriteAsync(List<IncomingEvent> batch, CancellationToken cancel)
    {
        if (_file is null && _clickHouse is null)
            return;

        _lines.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_lines, new JsonWriterOptions { SkipValidation = true }))
        {
            foreach (IncomingEvent one in batch)
            {
                JsonSerializer.Serialize(json, one, BaselineJson.Default.IncomingEvent);
                json.Flush();
                _lines.Write("\n"u8);
                json.Reset();
            }
        }

        if (_clickHouse is not null)
        {
            await PostAsync(Insert, new ReadOnlyMemoryContent(_lines.WrittenMemory), cancel);
            return;
        }

        await _file!.WriteAsync(_lines.WrittenMemory, cancel);
        await _file.FlushAsync(cancel);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _clickHouse?.Dispose();
    }

    private async Task PostAsync(string address, HttpContent content, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await _clickHouse!.PostAsync(address, content, cancel);
        if (!answer.IsSuccessStatusCode)
            throw new IOException(await answer.Content.ReadAsStringAsync(cancel));
    }
}
