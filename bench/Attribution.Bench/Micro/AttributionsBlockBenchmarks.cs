using System.Text;
using Attribution.ClickHouse.Compression;
using Attribution.ClickHouse.Native;
using Attribution.Replay.Rows;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost per row of <c>attributions</c>: one row per conversion and model, three touches, evidence of the
/// length that the models of <c>web</c> give, into a block and on to its compressed bytes. The baseline only
/// fills the columns.
/// </summary>
public class AttributionsBlockBenchmarks
{
    private const int Rows = 12_000;
    private const int Touches = 3;
    private const int Texts = 64;
    private const long Noon = 1_781_524_800_000;
    private const long Hour = 3_600_000;

    private readonly NativeBlock _block = new();
    private readonly AttributionColumns _columns;
    private readonly BlockCompressor _compressor = new();
    private readonly CompressedBlock _compressed = new();
    private readonly byte[][] _ids = Numbered(Rows, "018f3c9a-7b21-7c4e-9d52-");
    private readonly byte[][] _campaigns = Numbered(Texts, "campaign-");
    private readonly byte[][] _evidence = new byte[Rows][];
    private readonly byte[][] _models =
        [.. ((string[])["first", "last", "linear", "time_decay"]).Select(Encoding.UTF8.GetBytes)];

    public AttributionsBlockBenchmarks() => _columns = new AttributionColumns(_block, "c0ffee"u8.ToArray());

    [GlobalSetup]
    public void WriteEvidence()
    {
        for (int row = 0; row < Rows; row++)
            _evidence[row] = Evidence(row);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public int RowToBlock()
    {
        Fill();
        return _block.RowCount;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int RowToCompressedBlock()
    {
        Fill();
        _compressor.Compress(_block, _compressed);
        return _compressed.Bytes.Length;
    }

    private void Fill()
    {
        _block.Clear();
        for (int row = 0; row < Rows; row++)
        {
            _columns.Header(new AttributionHeader
            {
                Project = "default"u8,
                ConversionId = _ids[row],
                ConversionType = "purchase"u8,
                ConversionMillis = Noon + row,
                Model = _models[row % _models.Length],
                Version = (ulong)row,
                Person = (ulong)row * 0x9E3779B97F4A7C15,
                UserId = default,
                RevenueTenThousandths = 10_000 + row,
                Currency = 0x525545,
            });
            for (int touch = 0; touch < Touches; touch++)
                AddTouch(row, touch);
            _columns.End(_evidence[row]);
        }
    }

    private void AddTouch(int row, int touch) => _columns.Touch(new CreditedTouch
    {
        TouchId = _ids[(row + (touch * 977)) % Rows],
        TouchMillis = Noon + row - ((Touches - touch) * Hour),
        TouchType = "click"u8,
        Channel = touch == 0 ? "Paid Search"u8 : "Email"u8,
        Source = touch == 0 ? "google"u8 : "newsletter"u8,
        Medium = touch == 0 ? "cpc"u8 : "email"u8,
        Campaign = _campaigns[(row + touch) % Texts],
        CreditMillionths = 333_333,
        ValueTenThousandths = 3_333 + row,
    });

    private static byte[] Evidence(int row)
    {
        var text = new StringBuilder("{\"considered\":[");
        for (int touch = 0; touch < Touches; touch++)
        {
            text.Append(touch == 0 ? "" : ",")
                .Append($"{{\"touch\":\"018f3c9a-7b21-7c4e-9d52-{(row + (touch * 977)) % Rows:x12}\",")
                .Append($"\"at\":{Noon + row - ((Touches - touch) * Hour)},\"kind\":\"click\",")
                .Append($"\"credit\":333333,\"value\":{3_333 + row}}}");
        }

        return Encoding.UTF8.GetBytes(text.Append("],\"window\":\"30d\"}").ToString());
    }

    private static byte[][] Numbered(int count, string prefix) =>
        [.. Enumerable.Range(0, count).Select(at => Encoding.UTF8.GetBytes($"{prefix}{at:x12}"))];
}
