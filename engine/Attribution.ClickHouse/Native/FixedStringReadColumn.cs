using System.Text;

namespace Attribution.ClickHouse.Native;

/// <summary>
/// A FixedString column that was read; as a string it ends before its padding of zero bytes. Owned by its
/// reader.
/// </summary>
public sealed class FixedStringReadColumn : FixedReadColumn
{
    internal FixedStringReadColumn(string typeName, int width)
        : base(typeName, width)
    {
    }

    public override string GetString(int row) => Encoding.UTF8.GetString(GetBytes(row).TrimEnd((byte)0));

    public override object GetValue(int row) => GetString(row);
}
