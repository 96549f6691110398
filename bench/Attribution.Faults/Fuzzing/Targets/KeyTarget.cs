using System.Text;
using Attribution.Engine.Ingest;

namespace Attribution.Faults.Fuzzing.Targets;

/// <summary>The headers a key is looked for in, one per line. Used by one thread at a time.</summary>
internal sealed class KeyTarget : FuzzTarget
{
    public override string Name => "key";

    public override int ShortRun => 100_000;

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [.. "Bearer key-1\nkey-2"u8], [.. "Basic a2V5LTE6c2VjcmV0\n"u8], [.. "\nkey-2"u8],
        [.. "Digest x\n\n"u8],
    ];

    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        [.. "Basic "u8], [.. "Bearer "u8], [.. "===="u8], [.. " "u8], [.. ":"u8], [0xff], [0], new byte[600],
    ];

    public override void Run(byte[] input)
    {
        string[] lines = Encoding.Latin1.GetString(input).Split('\n', 2);
        Span<char> decoded = stackalloc char[WriteKey.MaxChars];
        ReadOnlySpan<char> key = WriteKey.Find(lines[0], lines[^1], decoded);
        FuzzException.Require(key.Length <= input.Length, "a key longer than what was sent");
    }
}
