namespace Attribution.Engine.Ingest;

/// <summary>Reads <c>Content-Encoding</c>. Stateless.</summary>
public static class BodyEncodings
{
    /// <param name="header">The header's value; empty when it is absent.</param>
    public static BodyEncoding Read(ReadOnlySpan<char> header)
    {
        header = header.Trim();
        if (header.IsEmpty || header.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return BodyEncoding.Unstated;
        return header.Equals("gzip", StringComparison.OrdinalIgnoreCase)
            || header.Equals("x-gzip", StringComparison.OrdinalIgnoreCase)
            ? BodyEncoding.Gzip : BodyEncoding.Unknown;
    }
}
