using System.Runtime.InteropServices;

namespace Attribution.Ring;

/// <summary>An integer alone on its pair of cache lines. Owned by the object it is a field of.</summary>
[StructLayout(LayoutKind.Explicit, Size = 248)]
internal struct PaddedInt
{
    [FieldOffset(120)]
    public volatile int Value;
}
