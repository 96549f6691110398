using System.Runtime.CompilerServices;
using Attribution.ClickHouse.Http;
using Attribution.Reporter.Output;

namespace Attribution.Reporter.Commands.Events;

/// <summary>
/// Follows the events as they come into the table, each once. Owned by one command.
/// </summary>
/// <remarks>
/// The engine's workers write side by side, so a row may come after others of a higher sequence. Each look
/// asks for the count and digest of every bucket of the newest 1,048,576 sequences, fetches the buckets that
/// changed and shows the keys in them that were not seen. So nothing is missed unless it comes later than a
/// million others that the engine took after it, and nothing repeated when a block is sent again. Memory: 8
/// bytes and a hash set's share per key of these sequences that fulfils the filter.
/// </remarks>
internal sealed class EventTail(ReportSession session, EventQuestion question)
{
    private const ulong BucketSize = 1_024;
    private const ulong Window = 1_024 * BucketSize;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ulong, Bucket> _buckets = [];
    private ulong _newest;
    private ulong _floor;
    private bool _isLost;
    private bool _isWriting;

    /// <summary>Shows the newest ones that are there, and then all that come; ends when cancelled.</summary>
    /// <exception cref="ReaderGoneException">Nobody reads them any more.</exception>
    public async Task RunAsync(IReportWriter writer, int shown, CancellationToken cancel)
    {
        writer.Begin(question.Columns);
        try
        {
            await BeginAsync(shown, cancel).ConfigureAwait(false);
            while (true)
            {
                await TryLookAsync(writer, cancel).ConfigureAwait(false);
                writer.Flush();
                session.EnsureReader();
                await Task.Delay(Interval, session.Clock, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            writer.End();
            throw new StoppedException();
        }
    }

    /// <summary>Takes what is there as seen, but for the newest few.</summary>
    private async Task BeginAsync(int shown, CancellationToken cancel)
    {
        await using (Rows rows = await session
            .QueryAsync("events_tail_newest", session.Parameters(), cancel).ConfigureAwait(false))
        {
            await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
                Advance(row.GetUInt64("newest"));
        }

        Forget();
        List<ulong> changed = await ChangedAsync(cancel).ConfigureAwait(false);
        var newest = new Queue<(ulong Bucket, ulong Key)>(shown + 1);
        await foreach (Row row in UnseenAsync(changed, cancel).ConfigureAwait(false))
        {
            newest.Enqueue((row.GetUInt64("key_sequence") / BucketSize, row.GetUInt64("key_hash")));
            if (newest.Count > shown)
                newest.Dequeue();
        }

        foreach ((ulong bucket, ulong key) in newest)
        {
            _buckets[bucket].Seen.Remove(key);
            _buckets[bucket].Digest++;
        }
    }

    /// <summary>A server that is away for a while is asked again.</summary>
    private async Task TryLookAsync(IReportWriter writer, CancellationToken cancel)
    {
        try
        {
            List<ulong> changed = await ChangedAsync(cancel).ConfigureAwait(false);
            await foreach (Row row in UnseenAsync(changed, cancel).ConfigureAwait(false))
            {
                _isWriting = true;
                writer.Row(question.Values(row));
                _isWriting = false;
            }

            if (_isLost)
                session.Note("note: ClickHouse answers again.");
            _isLost = false;
        }
        catch (Exception error) when (IsAway(error))
        {
            // Buckets whose rows did not come whole differ from what is remembered, or have unseen keys.
            foreach (Bucket bucket in _buckets.Values)
                bucket.Digest++;
            if (!_isLost)
                session.Note($"note: no answer from ClickHouse at {session.Settings.Server.Endpoint}; asking "
                    + "again until there is one.");
            _isLost = true;
        }
    }

    /// <summary>Whether the server failed, and not what the rows go to.</summary>
    private bool IsAway(Exception error) =>
        !_isWriting && error is (HttpRequestException or IOException or TimeoutException);

    /// <summary>The buckets that are not as they were.</summary>
    private async Task<List<ulong>> ChangedAsync(CancellationToken cancel)
    {
        var changed = new List<ulong>();
        await using Rows rows = await session
            .QueryAsync("events_tail_buckets", Stretch(session.Parameters()), cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            ulong number = row.GetUInt64("bucket");
            Advance(number * BucketSize);
            ulong count = row.GetUInt64("bucket_rows");
            if (count > Window)
                throw new ReportException(
                    "these events have no sequences of the engine's, which --follow tells new ones by: "
                    + "something else wrote them. Leave --follow out.");
            if (!_buckets.TryGetValue(number, out Bucket? bucket))
                _buckets[number] = bucket = new Bucket();
            ulong digest = row.GetUInt64("digest");
            if ((bucket.Count, bucket.Digest) == (count, digest))
                continue;
            (bucket.Count, bucket.Digest) = (count, digest);
            changed.Add(number);
        }

        Forget();
        return changed;
    }

    /// <summary>The rows of these buckets that are new, in the engine's order.</summary>
    private async IAsyncEnumerable<Row> UnseenAsync(
        List<ulong> changed,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        if (changed.Count == 0)
            yield break;
        ComposedQuery query = question.Compose(
            "events_tail_rows", parameters => Stretch(parameters).Add("buckets", changed));
        await using Rows rows = await session
            .QueryComposedAsync(query.Sql, query.Parameters, cancel).ConfigureAwait(false);
        await foreach (Row row in rows.WithCancellation(cancel).ConfigureAwait(false))
        {
            ulong sequence = row.GetUInt64("key_sequence");
            // One that came between the two queries belongs to a bucket of its own.
            if (!_buckets.TryGetValue(sequence / BucketSize, out Bucket? bucket))
                continue;
            if (bucket.Seen.Add(row.GetUInt64("key_hash")))
                yield return row;
        }
    }

    private QueryParameters Stretch(QueryParameters parameters) =>
        parameters.Add("floor", _floor).Add("bucket_size", BucketSize);

    private void Advance(ulong sequence) => _newest = Math.Max(_newest, sequence);

    /// <summary>Moves the stretch up and drops what lies below it.</summary>
    private void Forget()
    {
        ulong lowest = (_newest - Math.Min(_newest, Window)) / BucketSize;
        foreach (ulong number in _buckets.Keys.Where(number => number < lowest).ToArray())
            _buckets.Remove(number);
        _floor = lowest * BucketSize;
    }

    private sealed class Bucket
    {
        public HashSet<ulong> Seen { get; } = [];

        public ulong Count { get; set; }

        public ulong Digest { get; set; }
    }
}
