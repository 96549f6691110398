using System.Buffers;
using System.Text.Json;
using Attribution.ClickHouse.Native;

namespace Attribution.Engine.Erasure;

/// <summary>
/// Says whether a dead letter's body names one of a person's ids: as the value of <c>user_id</c>,
/// <c>anonymous_id</c> or <c>device_id</c>, wherever in the body, whole or cut short, valid JSON or not. A
/// row that ClickHouse refused is a Native block, and named by its columns. Stateless.
/// </summary>
/// <remarks>
/// Only under these names, and only as the whole value: a letter of a stranger may well hold the text of a
/// short id elsewhere.
/// </remarks>
internal static class LetterIds
{
    /// <summary>More than the longest name takes with all of its letters escaped.</summary>
    private const int MaxNameBytes = 128;

    private static readonly SearchValues<byte> AfterValue = SearchValues.Create(",]} \t\r\n"u8);

    public static async ValueTask<bool> NamesAsync(byte[] body, bool isNative, ErasedIds ids) =>
        isNative ? await NativeNamesAsync(body, ids).ConfigureAwait(false) : JsonNames(body, ids);

    /// <exception cref="NativeFormatException">The body is no Native block.</exception>
    private static async ValueTask<bool> NativeNamesAsync(byte[] body, ErasedIds ids)
    {
        var reader = new BlockReader(new MemoryStream(body));
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            foreach (ReadColumn column in reader.Block.Columns)
            {
                for (int row = 0; row < reader.Block.RowCount; row++)
                {
                    if (!IsOfProject(reader.Block, row, ids.Project))
                        continue;
                    bool isNamed = column.Name switch
                    {
                        "user_id" => ids.Contains(ErasedIds.User, column.GetBytes(row)),
                        "anonymous_id" => ids.Contains(ErasedIds.Anonymous, column.GetBytes(row)),
                        "device_id" => ids.Contains(ErasedIds.Device, column.GetBytes(row)),
                        "id" or "other_id" => ids.ContainsOfAnyKind(column.GetBytes(row)),
                        "body" => JsonNames(column.GetBytes(row), ids),
                        _ => false,
                    };
                    if (isNamed)
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>A row without the column, which no table of ours has, may be of any project.</summary>
    private static bool IsOfProject(ReadBlock block, int row, string project)
    {
        foreach (ReadColumn column in block.Columns)
        {
            if (column.Name == "project" && project.Length > 0)
                return column.GetString(row) == project;
        }

        return true;
    }

    /// <summary>
    /// Tries every quotation mark as the beginning of a name: in what is no JSON none can be trusted to begin
    /// a string. One within a string is escaped, and what it begins is followed by no colon.
    /// </summary>
    private static bool JsonNames(ReadOnlySpan<byte> body, ErasedIds ids)
    {
        for (int at = 0; at < body.Length; at++)
        {
            int quote = body[at..].IndexOf((byte)'"');
            if (quote < 0)
                return false;
            at += quote;
            ReadOnlySpan<byte> name = StringAt(body.Slice(at, Math.Min(MaxNameBytes, body.Length - at)));
            int colon = SkipSpace(body, at + name.Length);
            if (name.IsEmpty || colon >= body.Length || body[colon] != ':')
                continue;
            string kind = KindOf(name);
            if (kind.Length > 0 && ids.Contains(kind, ValueAt(body, SkipSpace(body, colon + 1))))
                return true;
        }

        return false;
    }

    private static string KindOf(ReadOnlySpan<byte> quoted)
    {
        ReadOnlySpan<byte> name = Unescape(quoted);
        if (name.SequenceEqual("user_id"u8))
            return ErasedIds.User;
        if (name.SequenceEqual("anonymous_id"u8))
            return ErasedIds.Anonymous;
        return name.SequenceEqual("device_id"u8) ? ErasedIds.Device : "";
    }

    /// <summary>A string's text; of anything else, a number above all, what stands there.</summary>
    private static ReadOnlySpan<byte> ValueAt(ReadOnlySpan<byte> body, int at)
    {
        if (at >= body.Length)
            return default;
        if (body[at] == '"')
            return Unescape(StringAt(body[at..]));

        int end = body[at..].IndexOfAny(AfterValue);
        return end < 0 ? body[at..] : body.Slice(at, end);
    }

    /// <summary>The string that begins here, with its quotation marks; empty where it does not end.</summary>
    private static ReadOnlySpan<byte> StringAt(ReadOnlySpan<byte> text)
    {
        for (int end = 1; end < text.Length; end++)
        {
            if (text[end] == '"')
                return text[..(end + 1)];
            if (text[end] == '\\')
                end++;
        }

        return default;
    }

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> quoted)
    {
        if (quoted.IsEmpty)
            return default;
        if (quoted.IndexOf((byte)'\\') < 0)
            return quoted[1..^1];
        try
        {
            var reader = new Utf8JsonReader(quoted);
            byte[] text = new byte[quoted.Length];
            return reader.Read() ? text.AsSpan(0, reader.CopyString(text)) : default;
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return quoted[1..^1];
        }
    }

    private static int SkipSpace(ReadOnlySpan<byte> body, int at)
    {
        while (at < body.Length && body[at] is ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            at++;
        return at;
    }
}
