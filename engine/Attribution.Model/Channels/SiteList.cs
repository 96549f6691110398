using System.Text;
using Attribution.Model.Text;

namespace Attribution.Model.Channels;

/// <summary>What a site is to a channel grouping.</summary>
internal enum SiteKind : byte
{
    /// <summary>Not in the list.</summary>
    Unknown = 0,
    Search,
    Social,
    Video,
    Shopping,

    /// <summary>A mailbox in the browser: whoever comes from there followed a link in a letter.</summary>
    Email,

    /// <summary>
    /// A site under a listed domain that is not what the domain is, such as <c>docs.google.com</c>.
    /// </summary>
    Site,
}

/// <summary>
/// The sites that <c>sites.txt</c> lists, found by host or by the name that campaigns give them, without
/// allocating.
/// Immutable: any number of threads may share it.
/// </summary>
internal sealed class SiteList
{
    /// <summary>Longest host there can be (RFC 1035); what is longer is in no list.</summary>
    private const int MaxHostBytes = 255;

    private const string Resource = "Attribution.Model.Channels.sites.txt";

    private readonly Utf8Map _names;
    private readonly Utf8Map _domains;
    private readonly Utf8Map _anySuffix;

    private SiteList(string text)
    {
        var names = new Dictionary<string, int>();
        var domains = new Dictionary<string, int>();
        var anySuffix = new Dictionary<string, int>();
        foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int kind = (int)Enum.Parse<SiteKind>(words[0], ignoreCase: true);
            foreach (string site in words.Skip(1))
            {
                if (site.EndsWith(".*", StringComparison.Ordinal))
                    anySuffix.Add(site[..^2], kind);
                else
                    (site.Contains('.', StringComparison.Ordinal) ? domains : names).Add(site, kind);
            }
        }

        _names = new Utf8Map(names);
        _domains = new Utf8Map(domains);
        _anySuffix = new Utf8Map(anySuffix);
    }

    public static SiteList Default { get; } = new(ReadResource());

    /// <summary>The file as it was built in.</summary>
    public static string ReadResource()
    {
        using Stream stream = typeof(SiteList).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not built in.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The kind of a site that is named or given as a host, in any case.</summary>
    public SiteKind Find(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty || source.Length > MaxHostBytes)
            return SiteKind.Unknown;

        Span<byte> buffer = stackalloc byte[MaxHostBytes];
        Span<byte> site = buffer[..source.Length];
        if (Ascii.ToLower(source, site, out _) != System.Buffers.OperationStatus.Done)
            return SiteKind.Unknown;

        int kind = site.Contains((byte)'.') ? FindHost(site) : _names.Find(site);
        return kind < 0 ? SiteKind.Unknown : (SiteKind)kind;
    }

    private int FindHost(ReadOnlySpan<byte> host)
    {
        ReadOnlySpan<byte> registrable = Hosts.Registrable(host);
        for (ReadOnlySpan<byte> suffix = host; suffix.Length >= registrable.Length; suffix = Parent(suffix))
        {
            int kind = _domains.Find(suffix);
            if (kind >= 0)
                return kind;
        }

        int end = registrable.IndexOf((byte)'.');
        return end < 0 || end == registrable.Length - 1 ? -1 : _anySuffix.Find(registrable[..end]);
    }

    private static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> host)
    {
        int dot = host.IndexOf((byte)'.');
        return dot < 0 ? default : host[(dot + 1)..];
    }
}
