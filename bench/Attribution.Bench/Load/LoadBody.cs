using System.Buffers.Text;
using System.Text;

namespace Attribution.Bench.Load;

/// <summary>
/// One HTTP request rendered in advance. Before each sending only ids and times are written over, all of
/// fixed width, so that making load costs next to nothing beside taking it. Owned by one connection.
/// </summary>
internal sealed class LoadBody
{
    private const int IdDigits = 16;
    private const int PersonDigits = 8;

    /// <summary>One conversion in 28 events.</summary>
    private const int Cycle = 28;

    private readonly byte[] _request;
    private readonly int[] _ids;
    private readonly int[] _persons;
    private readonly int[] _times;
    private readonly uint _personCount;
    private ulong _nextId;
    private ulong _random;

    /// <param name="settings">What the requests look like.</param>
    /// <param name="firstId">The first event's id; the ids of other bodies must be far from it.</param>
    public LoadBody(LoadSettings settings, ulong firstId)
    {
        _nextId = firstId;
        _random = firstId | 1;
        _personCount = (uint)settings.Persons;
        var body = new StringBuilder("[");
        for (int i = 0; i < settings.BatchEvents; i++)
            body.Append(i == 0 ? "" : ",").Append(Event(i));
        body.Append(']');

        string key = settings.Key is null ? "" : $"Authorization: Bearer {settings.Key}\r\n";
        string request = $"POST /v1/events HTTP/1.1\r\nHost: {settings.Engine.Authority}\r\n{key}"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        _request = Encoding.ASCII.GetBytes(request);
        _ids = OffsetsOf(request, "\"event_id\":\"");
        _persons = OffsetsOf(request, "\"anonymous_id\":\"a-");
        _times = OffsetsOf(request, "\"timestamp\":");
    }

    public int Length => _request.Length;

    /// <summary>Writes the request with fresh ids and times.</summary>
    public void WriteTo(Span<byte> target, long nowMillis)
    {
        _request.CopyTo(target);
        for (int i = 0; i < _ids.Length; i++)
        {
            WriteHex(target.Slice(_ids[i], IdDigits), _nextId++);
            WriteHex(target.Slice(_persons[i], PersonDigits), NextPerson());
            Utf8Formatter.TryFormat(nowMillis, target[_times[i]..], out _);
        }
    }

    private static string Event(int number)
    {
        const string ids = "\"event_id\":\"0000000000000000\",\"timestamp\":1000000000000,"
            + "\"anonymous_id\":\"a-00000000\"";
        const string browser = "\"user_agent\":"
            + "\"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0\"";
        return (number % Cycle) switch
        {
            0 => $"{{\"type\":\"purchase\",{ids},"
                + $"\"revenue\":49.95,\"currency\":\"EUR\",\"properties\":{{\"items\":2}}}}",
            < 8 => $"{{\"type\":\"impression\",{ids},"
                + $"\"source\":\"dv360\",\"medium\":\"display\",\"campaign\":\"reach\"}}",
            < 15 => $"{{\"type\":\"click\",{ids},\"url\":\"https://www.acme.example/shoes?utm_source=google"
                + $"&utm_medium=cpc&utm_campaign=generic&gclid=Cj0KCQjw-1f3BhC\",{browser}}}",
            < 22 => $"{{\"type\":\"visit\",{ids},"
                + $"\"source\":\"newsletter\",\"medium\":\"email\",\"campaign\":\"weekly\","
                + $"\"url\":\"https://www.acme.example/new\",{browser}}}",
            _ => $"{{\"type\":\"visit\",{ids},\"url\":\"https://www.acme.example/\","
                + $"\"referrer\":\"https://www.google.com/\",{browser}}}",
        };
    }

    private ulong NextPerson()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random >> 32) * _personCount >> 32;
    }

    private static void WriteHex(Span<byte> target, ulong value)
    {
        for (int i = target.Length - 1; i >= 0; i--)
        {
            target[i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }
    }

    private static int[] OffsetsOf(string request, string before)
    {
        var offsets = new List<int>();
        for (int at = request.IndexOf(before, StringComparison.Ordinal); at >= 0;
            at = request.IndexOf(before, at + 1, StringComparison.Ordinal))
            offsets.Add(at + before.Length);
        return [.. offsets];
    }
}
