using System.Security.Cryptography;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Commands.Events;

namespace Attribution.Reporter.Commands.Export;

/// <summary>
/// Copies an answer of the server's to a stream, in a memory of one buffer. Owned by one command.
/// </summary>
internal sealed class ExportCopy(ReportSession session, ExportFormat format)
{
    private const int BufferBytes = 256 * 1024;
    private readonly byte[] _buffer = new byte[BufferBytes];

    /// <summary>Returns once the answer came whole.</summary>
    /// <param name="query">Which rows.</param>
    /// <param name="target">Gets the bytes; stays open.</param>
    /// <param name="copied">Told how many came, piece by piece.</param>
    /// <param name="cancel">Ends the query too.</param>
    /// <returns>The bytes' number and SHA-256.</returns>
    public async Task<(long Bytes, string Sha256)> RunAsync(
        ComposedQuery query, Stream target, Action<long> copied, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using RawAnswer answer = await session.Client.QueryRawAsync(
            query.Sql, format.ServerName, query.Parameters.Set(ReportSession.FinalByPartition, "1"), cancel)
            .ConfigureAwait(false);
        long bytes = 0;
        int read;
        while ((read = await answer.ReadAsync(_buffer).ConfigureAwait(false)) > 0)
        {
            await WriteAsync(target, read, cancel).ConfigureAwait(false);
            hash.AppendData(_buffer, 0, read);
            bytes += read;
            copied(read);
        }

        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <exception cref="ReportException">The disk is full.</exception>
    private async Task WriteAsync(Stream target, int count, CancellationToken cancel)
    {
        try
        {
            await target.WriteAsync(_buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new ReportException($"the answer cannot be written: {error.Message}");
        }
    }

    /// <summary>How many rows a stretch of time has now.</summary>
    public async Task<long> CountAsync(ComposedQuery query, CancellationToken cancel)
    {
        await using Rows rows = await session
            .QueryComposedAsync(query.Sql, query.Parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
            return row.GetInt64("rows");
        throw new ReportException("ClickHouse counted nothing.");
    }
}
