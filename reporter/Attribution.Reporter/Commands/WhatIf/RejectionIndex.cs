using System.Text;
using Attribution.Model.Evidence;
using Attribution.Reporter.Commands.Explain;

namespace Attribution.Reporter.Commands.WhatIf;

/// <summary>Which touch evidence rejects, by which rule. Stateless.</summary>
internal static class RejectionIndex
{
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    public static Dictionary<ulong, string> Read(byte[] evidence)
    {
        var rules = new Dictionary<ulong, string>();
        foreach (RejectedTouch rejected in EvidenceReader.Read(evidence)?.Rejected ?? [])
            rules[Touch(rejected.TimeMillis, Encoding.UTF8.GetBytes(rejected.Touch))] = rejected.Rule;
        return rules;
    }

    /// <summary>Tells a touch from others by its time and id: FNV-1a of both, and never 0.</summary>
    public static ulong Touch(long timeMillis, ReadOnlySpan<byte> id)
    {
        ulong hash = Offset;
        for (int shift = 0; shift < 64; shift += 8)
            hash = (hash ^ (byte)(timeMillis >> shift)) * Prime;
        foreach (byte b in id)
            hash = (hash ^ b) * Prime;
        return hash == 0 ? 1 : hash;
    }
}
