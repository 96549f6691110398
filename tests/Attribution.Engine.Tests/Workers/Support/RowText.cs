using System.Globalization;
using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Tests.Workers.Support;

/// <summary>
/// Every column of a row of <c>attributions</c> but the version, as one text: spelled from a block that was
/// sent, or while a row is written. Two rows are equal where their texts are. Owned by one test.
/// </summary>
internal sealed class RowText : IAttributionRow
{
    private readonly StringBuilder _text = new();

    public string Model { get; private set; } = "";

    public static string Of(ReadBlock block, int row)
    {
        var text = new RowText();
        text.Head(
            block["project"].GetString(row), block["conversion_id"].GetString(row),
            block["conversion_type"].GetString(row), block.Values<long>("conversion_time")[row],
            block["model"].GetString(row), block["person"].GetUInt64(row), block["user_id"].GetString(row),
            block.Values<long>("revenue")[row], block["currency"].GetString(row));
        string[] ids = block["touches"].GetArray<string>(row);
        DateTime[] times = block["touch_times"].GetArray<DateTime>(row);
        string[] types = block["touch_types"].GetArray<string>(row);
        string[] channels = block["channels"].GetArray<string>(row);
        string[] sources = block["sources"].GetArray<string>(row);
        string[] mediums = block["mediums"].GetArray<string>(row);
        string[] campaigns = block["campaigns"].GetArray<string>(row);
        uint[] credits = block["credits"].GetArray<uint>(row);
        decimal[] values = block["credit_values"].GetArray<decimal>(row);
        for (int i = 0; i < ids.Length; i++)
        {
            text.Append(
                ids[i], new DateTimeOffset(times[i], TimeSpan.Zero).ToUnixTimeMilliseconds(), types[i],
                channels[i], sources[i], mediums[i], campaigns[i], credits[i], (long)(values[i] * 10_000));
        }

        text.End(block["evidence"].GetBytes(row));
        return text.ToString();
    }

    public void Header(scoped in AttributionHeader header)
    {
        Model = Utf8(header.Model);
        Span<byte> currency = stackalloc byte[4];
        BitConverter.TryWriteBytes(currency, header.Currency);
        Head(
            Utf8(header.Project), Utf8(header.ConversionId), Utf8(header.ConversionType),
            header.ConversionMillis, Model, header.Person, Utf8(header.UserId),
            header.RevenueTenThousandths, header.Currency == 0 ? "" : Utf8(currency[..3]));
    }

    public void Touch(scoped in CreditedTouch touch) => Append(
        Utf8(touch.TouchId), touch.TouchMillis, Utf8(touch.TouchType), Utf8(touch.Channel),
        Utf8(touch.Source), Utf8(touch.Medium), Utf8(touch.Campaign), touch.CreditMillionths,
        touch.ValueTenThousandths);

    public void End(scoped ReadOnlySpan<byte> evidenceUtf8) => _text.Append(Utf8(evidenceUtf8));

    public override string ToString() => _text.ToString();

    private void Head(params object[] columns) => Append(columns);

    private void Append(params object[] columns) =>
        _text.AppendJoin('|', columns.Select(c => Convert.ToString(c, CultureInfo.InvariantCulture)))
            .Append('\n');

    private static string Utf8(scoped ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
