using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// A ClickHouse server over HTTP: commands, queries and inserts of compressed Native blocks. Thread-safe;
/// owns its pooled connections. Everything throws <see cref="ClickHouseException"/> where the server refuses,
/// <see cref="HttpRequestException"/> or <see cref="IOException"/> where the connection fails, and <see
/// cref="TimeoutException"/> where a time-out of the options passes.
/// </summary>
public sealed class ClickHouseClient : IAsyncDisposable
{
    private const int MaxAddressBytes = 16 * 1024;
    private const int MaxTextBytes = 16 * 1024 * 1024;

    /// <summary>Of an answer that is read to its end; an insert's has none.</summary>
    private const int PieceBytes = 4 * 1024;
    private readonly ClickHouseOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly InsertAddresses _addresses;

    /// <summary>Null where inserts go through the HTTP client as well.</summary>
    private readonly InsertConnections? _inserts;

    public ClickHouseClient(ClickHouseOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxConnections, 1);
        // Results in frames could not be read without liblz4; plain ones always can.
        _options = options with { CompressResults = options.CompressResults && Lz4.IsAvailable };
        _addresses = new InsertAddresses(_options, ReadOnly);
        if (InsertConnections.CanServe(_options))
            _inserts = new InsertConnections(_options);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,
            // Shorter than the 10 s after which older servers close: an insert must not meet a connection
            // just closed.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(8),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        });
    }

    public ClickHouseOptions Options => _options;

    /// <summary>Runs a command to its end and ignores what it answers.</summary>
    public async Task ExecuteAsync(
        string sql, QueryParameters? parameters = null, CancellationToken cancel = default)
    {
        RequestQuery query = QueryFor(parameters).Add("wait_end_of_query", "1");
        using HttpRequestMessage request = RequestFor(sql, parameters, query);
        await SendToEndAsync(request, _options.QueryTimeout, null, cancel).ConfigureAwait(false);
    }

    /// <summary>Starts a query; its rows are streamed.</summary>
    public async Task<Rows> QueryAsync(
        string sql, QueryParameters? parameters = null, CancellationToken cancel = default)
    {
        QueryStream stream = await OpenAsync(sql, parameters, cancel).ConfigureAwait(false);
        return await Rows.OpenAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Streams a result column by column. Each block is the same object, filled again.</summary>
    public async IAsyncEnumerable<ReadBlock> QueryBlocksAsync(
        string sql,
        QueryParameters? parameters = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using QueryStream stream = await OpenAsync(sql, parameters, cancel).ConfigureAwait(false);
        while (await stream.ReadAsync().ConfigureAwait(false))
        {
            if (stream.Block.RowCount > 0)
                yield return stream.Block;
        }
    }

    /// <summary>Starts a query whose answer is streamed in one of the server's own formats.</summary>
    /// <param name="sql">Without FORMAT.</param>
    /// <param name="format">As ClickHouse names it: Parquet, CSVWithNames, ...</param>
    /// <param name="parameters">May be null.</param>
    /// <param name="cancel">Also ends reading the answer.</param>
    public async Task<RawAnswer> QueryRawAsync(
        string sql, string format, QueryParameters? parameters = null, CancellationToken cancel = default)
    {
        RequestQuery query = QueryFor(parameters)
            .Add("default_format", format)
            .Add("cancel_http_readonly_queries_on_client_close", "1")
            // A failure is not written as if it were data, which older servers do by default.
            .Add("http_write_exception_in_output_format", "0");
        using HttpRequestMessage request = RequestFor(sql, parameters, query);
        var deadline = new Deadline(cancel);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(request, deadline, _options.QueryTimeout).ConfigureAwait(false);
            EnsureFormat(response, format);
            Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            return new RawAnswer(response, body, deadline, _options.ReadTimeout);
        }
        catch
        {
            response?.Dispose();
            deadline.Dispose();
            throw;
        }
    }

    /// <summary>The first column of the first row.</summary>
    /// <exception cref="ClickHouseException">The result has no row.</exception>
    public async Task<T> ScalarAsync<T>(
        string sql, QueryParameters? parameters = null, CancellationToken cancel = default)
    {
        await foreach (ReadBlock block in QueryBlocksAsync(sql, parameters, cancel).ConfigureAwait(false))
            return block.Columns[0].Get<T>(0);
        throw new ClickHouseException("The result has no row.");
    }

    /// <summary>
    /// The whole answer as text, tab-separated unless the statement says FORMAT; for short answers only.
    /// </summary>
    /// <exception cref="ClickHouseException">
    /// The answer is longer than 16 MiB, or the server refused.
    /// </exception>
    public async Task<string> QueryTextAsync(
        string sql, QueryParameters? parameters = null, CancellationToken cancel = default)
    {
        RequestQuery query = QueryFor(parameters).Add("wait_end_of_query", "1");
        using HttpRequestMessage request = RequestFor(sql, parameters, query);
        var text = new ByteBuffer(1024);
        await SendToEndAsync(request, _options.QueryTimeout, text, cancel).ConfigureAwait(false);
        return Encoding.UTF8.GetString(text.Written);
    }

    /// <summary>Inserts a block; returning means that the server has stored it.</summary>
    /// <param name="table">A table, or <c>database.table</c>.</param>
    /// <param name="block">Stays the caller's, and unchanged until the task ends.</param>
    /// <param name="options">The deduplication token above all.</param>
    /// <param name="cancel">Gives up waiting; whether the rows were stored is then not known.</param>
    public ValueTask InsertAsync(
        string table, CompressedBlock block, InsertOptions options, CancellationToken cancel = default)
    {
        InsertTarget target = _addresses.Of(table, block.ColumnList);
        return _inserts is null
            ? InsertOverHttpClientAsync(target, block, options, cancel)
            : _inserts.InsertAsync(target, block, options, cancel);
    }

    /// <summary>Sends rows along with a statement that reads them, and streams what it answers.</summary>
    public async Task ExchangeAsync(
        string sql, ExternalRows rows, Stream answer, CancellationToken cancel = default)
    {
        RequestQuery query = QueryFor(null)
            .Add("query", sql)
            .Add($"{rows.Name}_format", rows.Format)
            .Add($"{rows.Name}_structure", rows.Structure)
            .Add("wait_end_of_query", "1");
        using var form = new MultipartFormDataContent
        {
            { new StreamContent(rows.Content), rows.Name, rows.Name },
        };
        using HttpRequestMessage request = NewRequest(query.At(_options.Endpoint), form);
        using var deadline = new Deadline(cancel);
        using HttpResponseMessage response =
            await SendAsync(request, deadline, _options.QueryTimeout).ConfigureAwait(false);
        await response.Content.CopyToAsync(answer, cancel).ConfigureAwait(false);
    }

    public async Task<ServerVersion> GetVersionAsync(CancellationToken cancel = default)
    {
        string version = await ScalarAsync<string>("SELECT version()", null, cancel).ConfigureAwait(false);
        return ServerVersion.Parse(version);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _inserts?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask InsertOverHttpClientAsync(
        InsertTarget target, CompressedBlock block, InsertOptions options, CancellationToken cancel)
    {
        using var content = new ReadOnlyMemoryContent(block.Bytes);
        using HttpRequestMessage request = NewRequest(target.AddressOf(options), content);
        TimeSpan timeout = options.Timeout ?? _options.InsertTimeout;
        await SendToEndAsync(request, timeout, null, cancel).ConfigureAwait(false);
    }

    private async Task<QueryStream> OpenAsync(
        string sql, QueryParameters? parameters, CancellationToken cancel)
    {
        RequestQuery query = QueryFor(parameters)
            .Add("default_format", "Native")
            .Add("cancel_http_readonly_queries_on_client_close", "1")
            .Add("compress", _options.CompressResults ? "1" : null);
        using HttpRequestMessage request = RequestFor(sql, parameters, query);
        var deadline = new Deadline(cancel);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(request, deadline, _options.QueryTimeout).ConfigureAwait(false);
            EnsureFormat(response, "Native");
            Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            return new QueryStream(response, body, deadline, _options);
        }
        catch
        {
            response?.Dispose();
            deadline.Dispose();
            throw;
        }
    }

    private async Task SendToEndAsync(
        HttpRequestMessage request, TimeSpan timeout, ByteBuffer? answer, CancellationToken cancel)
    {
        using var deadline = new Deadline(cancel);
        using HttpResponseMessage response =
            await SendAsync(request, deadline, timeout).ConfigureAwait(false);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            CancellationToken token = deadline.Within(timeout);
            Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            int read;
            while ((read = await body.ReadAsync(piece, token).ConfigureAwait(false)) > 0)
            {
                if (answer?.Length > MaxTextBytes)
                    throw new ClickHouseException($"The answer is longer than {MaxTextBytes} bytes.");
                answer?.Append(piece.AsSpan(0, read));
            }
        }
        catch (OperationCanceledException error) when (deadline.Expired)
        {
            throw new TimeoutException($"The server did not end its answer within {timeout}.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Deadline deadline, TimeSpan timeout)
    {
        try
        {
            CancellationToken token = deadline.Within(timeout);
            HttpResponseMessage response = await _http.SendAsync(request, token).ConfigureAwait(false);
            if (!ServerFailure.IsIn(response))
                return response;

            using (response)
                throw await ServerFailure.ReadAsync(response, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (deadline.Expired)
        {
            throw new TimeoutException($"The server did not answer within {timeout}.", error);
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException)
        {
            // How the HTTP client says that nobody took a connection in time.
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"No connection within {_options.ConnectTimeout}.", error);
        }
    }

    // Under 2 a statement may still write, through INSERT INTO FUNCTION file(...) or url(...).
    private string? ReadOnly => _options.IsReadOnly ? "1" : null;

    private RequestQuery QueryFor(QueryParameters? parameters)
    {
        RequestQuery query = new RequestQuery()
            .Add("database", _options.Database)
            // Times without a zone mean the same on every server.
            .Add("session_timezone", "UTC")
            .Add("readonly", ReadOnly)
            .Add("query_id", parameters?.QueryId);
        return parameters is null ? query : query.Add(parameters.Settings);
    }

    private HttpRequestMessage RequestFor(string sql, QueryParameters? parameters, RequestQuery query)
    {
        int parameterBytes = parameters?.Values.Sum(value => value.Key.Length + value.Value.Length) ?? 0;
        if (parameterBytes <= MaxAddressBytes)
            return NewRequest(
                query.Add(parameters?.Values ?? []).At(_options.Endpoint), new StringContent(sql));

        var form = new MultipartFormDataContent();
        form.Add(new StringContent(sql), "query");
        foreach (KeyValuePair<string, string> value in parameters!.Values)
            form.Add(new StringContent(value.Value), value.Key);
        return NewRequest(query.At(_options.Endpoint), form);
    }

    private HttpRequestMessage NewRequest(Uri address, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Add("X-ClickHouse-User", _options.User);
        if (_options.Password.Length > 0)
            request.Headers.Add("X-ClickHouse-Key", _options.Password);
        return request;
    }

    private static void EnsureFormat(HttpResponseMessage response, string expected)
    {
        if (response.Headers.TryGetValues("X-ClickHouse-Format", out IEnumerable<string>? formats)
            && formats.First() is var format && format != expected)
            throw new ClickHouseException($"The query chose FORMAT {format}; leave its FORMAT out.");
    }
}
