using System.Buffers.Binary;
using System.Text;
using Attribution.ClickHouse.Http;
using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;

namespace Attribution.Replay.Sinks;

/// <summary>The digest of stored attributions, each row once. Stateless.</summary>
public static class StoredDigest
{
    private const string Sql =
        "SELECT project, conversion_id, conversion_type, conversion_time, model, person, user_id, revenue, "
        + "currency, touches, touch_times, touch_types, channels, sources, mediums, campaigns, credits, "
        + "credit_values, evidence FROM attributions FINAL WHERE project = {project:String} "
        + "AND conversion_time >= {from:DateTime64(3)} AND conversion_time < {to:DateTime64(3)} "
        + "AND config = {config:String}";

    /// <summary>As <see cref="DigestSink"/> gives it of the same rows computed.</summary>
    public static async Task<string> ComputeAsync(
        ClickHouseClient client, string project, DateTime from, DateTime to, string configHash,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configHash);
        QueryParameters parameters = new QueryParameters()
            .Add("project", project).Add("from", from).Add("to", to).Add("config", configHash);
        var digest = new RowDigest(Encoding.UTF8.GetBytes(configHash));
        var hashes = new RowHashes();
        await foreach (ReadBlock block in client.QueryBlocksAsync(Sql, parameters, cancel)
            .ConfigureAwait(false))
        {
            var rows = new StoredRows(block);
            for (int row = 0; row < block.RowCount; row++)
            {
                rows.Write(row, digest);
                hashes.Add(digest.Hash());
            }
        }

        return RowHashes.Digest([hashes]);
    }
}

/// <summary>
/// The rows of a block of <c>attributions</c>, spelled out again. Valid as long as the block.
/// </summary>
internal sealed class StoredRows(ReadBlock block)
{
    private readonly ReadColumn _project = block["project"];
    private readonly ReadColumn _conversionId = block["conversion_id"];
    private readonly ReadColumn _conversionType = block["conversion_type"];
    private readonly FixedReadColumn _conversionTime = (FixedReadColumn)block["conversion_time"];
    private readonly ReadColumn _model = block["model"];
    private readonly FixedReadColumn _person = (FixedReadColumn)block["person"];
    private readonly ReadColumn _userId = block["user_id"];
    private readonly FixedReadColumn _revenue = (FixedReadColumn)block["revenue"];
    private readonly ReadColumn _currency = block["currency"];
    private readonly ArrayReadColumn _touches = block.Arrays("touches");
    private readonly ArrayReadColumn _touchTimes = block.Arrays("touch_times");
    private readonly ArrayReadColumn _touchTypes = block.Arrays("touch_types");
    private readonly ArrayReadColumn _channels = block.Arrays("channels");
    private readonly ArrayReadColumn _sources = block.Arrays("sources");
    private readonly ArrayReadColumn _mediums = block.Arrays("mediums");
    private readonly ArrayReadColumn _campaigns = block.Arrays("campaigns");
    private readonly ArrayReadColumn _credits = block.Arrays("credits");
    private readonly ArrayReadColumn _values = block.Arrays("credit_values");
    private readonly ReadColumn _evidence = block["evidence"];

    public void Write(int row, IAttributionRow target)
    {
        target.Header(new AttributionHeader
        {
            Project = _project.GetBytes(row),
            ConversionId = _conversionId.GetBytes(row),
            ConversionType = _conversionType.GetBytes(row),
            ConversionMillis = _conversionTime.Values<long>()[row],
            Model = _model.GetBytes(row),
            Version = 0,
            Person = _person.Values<ulong>()[row],
            UserId = _userId.GetBytes(row),
            RevenueTenThousandths = _revenue.Values<long>()[row],
            Currency = Packed(_currency.GetBytes(row)),
        });
        (int first, int count) = _touches[row].GetOffsetAndLength(_touches.Items.RowCount);
        for (int i = first; i < first + count; i++)
            WriteTouch(i, target);
        target.End(_evidence.GetBytes(row));
    }

    private void WriteTouch(int at, IAttributionRow target) => target.Touch(new CreditedTouch
    {
        TouchId = _touches.Items.GetBytes(at),
        TouchMillis = ((FixedReadColumn)_touchTimes.Items).Values<long>()[at],
        TouchType = _touchTypes.Items.GetBytes(at),
        Channel = _channels.Items.GetBytes(at),
        Source = _sources.Items.GetBytes(at),
        Medium = _mediums.Items.GetBytes(at),
        Campaign = _campaigns.Items.GetBytes(at),
        CreditMillionths = ((FixedReadColumn)_credits.Items).Values<uint>()[at],
        ValueTenThousandths = ((FixedReadColumn)_values.Items).Values<long>()[at],
    });

    private static uint Packed(ReadOnlySpan<byte> currency)
    {
        Span<byte> text = stackalloc byte[sizeof(uint)];
        text.Clear();
        currency[..Math.Min(currency.Length, 3)].CopyTo(text);
        return BinaryPrimitives.ReadUInt32LittleEndian(text);
    }
}
