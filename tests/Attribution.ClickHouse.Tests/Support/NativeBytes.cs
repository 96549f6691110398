using Attribution.ClickHouse.Native;

namespace Attribution.ClickHouse.Tests.Support;

/// <summary>Blocks to plain bytes and back. Stateless.</summary>
internal static class NativeBytes
{
    public static byte[] Of(NativeBlock block, RowOrder? order = null)
    {
        var writer = new Collector(chunkBytes: 64);
        block.WriteTo(writer, order);
        return writer.Taken();
    }

    public static byte[] Of(Column column)
    {
        var writer = new Collector(chunkBytes: 64);
        column.WriteTo(writer);
        return writer.Taken();
    }

    /// <summary>Reads one column without its prefix; all bytes must belong to it.</summary>
    public static async Task<ReadColumn> ReadColumnAsync(string typeName, byte[] bytes, int rows)
    {
        var source = new ByteSource(new MemoryStream(bytes));
        ReadColumn column = ReadColumnFactory.Create(typeName);
        await column.ReadAsync(source, rows);
        Assert.False(await source.TryEnsureAsync(1), $"{typeName}: bytes are left over.");
        return column;
    }

    /// <summary>All values of a stream of blocks, as rows.</summary>
    public static async Task<List<object?[]>> ReadRowsAsync(Stream stream)
    {
        var rows = new List<object?[]>();
        var reader = new BlockReader(stream);
        while (await reader.ReadAsync())
        {
            for (int row = 0; row < reader.Block.RowCount; row++)
                rows.Add([.. reader.Block.Columns.Select(column => column.GetValue(row))]);
        }

        return rows;
    }

    private sealed class Collector(int chunkBytes) : BlockWriter(chunkBytes)
    {
        private readonly List<byte> _bytes = [];

        public byte[] Taken()
        {
            Flush();
            return [.. _bytes];
        }

        protected override void OnChunk(ReadOnlySpan<byte> chunk) => _bytes.AddRange(chunk);
    }
}
