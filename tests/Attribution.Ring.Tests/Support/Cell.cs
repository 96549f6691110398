namespace Attribution.Ring.Tests.Support;

/// <summary>
/// A slot that says who wrote it and what each stage made of it. Written by one stage per field.
/// </summary>
internal struct Cell
{
    public long Producer;
    public long Number;
    public long Sequence;
    public long Left;
    public long Right;

    public readonly long LeftWanted => (Number * 31) + Producer;

    public readonly long RightWanted => Sequence ^ (Number << 7);
}
