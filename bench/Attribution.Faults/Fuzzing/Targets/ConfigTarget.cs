using Attribution.Model.Configs;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>Attribution configs, as a file holds them. Used by one thread at a time.</summary>
internal sealed class ConfigTarget : FuzzTarget
{
    public override string Name => "config";

    public override int ShortRun => 8_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [.. "{}"u8],
        [.. """{"profile":"mmp"}"""u8],
        AttributionConfig.Web.CanonicalJson.ToArray(),
        AttributionConfig.Mmp.CanonicalJson.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        [.. "null"u8], [.. "\"9y\""u8], [.. "-1"u8], [.. "1e400"u8], [.. "[[[["u8], [.. "{\"a\":"u8],
        [.. "\\ud800"u8],
        [.. "\"profile\":"u8], [.. "99999999999999999999"u8], [0xff], [0],
    ];

    public override long MaxAllocatedBytes(int inputBytes) => (16 * 1024 * 1024) + (1024L * inputBytes);

    public override void Run(byte[] input)
    {
        try
        {
            AttributionConfig.Parse(input);
        }
        catch (ConfigException)
        {
            // The documented refusal.
        }
    }
}
