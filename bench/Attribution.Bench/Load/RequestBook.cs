using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace Attribution.Bench.Load;

/// <summary>
/// HTTP requests rendered in advance, one after another in one buffer. Before each sending only ids and times
/// are written over, all of fixed width, and the bytes go out from where they lie: making load must cost next
/// to nothing beside taking it. Owned by one thread.
/// </summary>
internal sealed class RequestBook
{
    /// <summary>Of a UUID's text; all of it is written anew for each event.</summary>
    private const int IdLength = 36;
    private const int TimeDigits = 13;
    private const int PersonDigits = 8;
    private const string BeforeTime = "\",\"timestamp\":";
    private const string BeforePerson = ",\"anonymous_id\":\"a-";
    private const int TimeAt = IdLength + 14;
    private const int PersonAt = TimeAt + TimeDigits + 19;

    /// <summary>One conversion in 28 events, however they are divided into requests.</summary>
    private const int Cycle = 28;

    private static readonly ushort[] HexPairs = [.. Enumerable.Range(0, 256).Select(HexPair)];

    private readonly byte[] _bytes;
    private readonly int[] _starts;
    private readonly int[] _ids;
    private readonly int _batchEvents;
    private readonly uint _personCount;
    private readonly byte[] _time = new byte[TimeDigits];
    private readonly ulong _run;
    private long _timeMillis;
    private ulong _nextId;
    private ulong _random;
    private int _next;

    /// <param name="settings">What the requests look like.</param>
    /// <param name="run">Names the run in every id.</param>
    /// <param name="firstId">
    /// The first event's number; books of one run must have numbers far from each other's.
    /// </param>
    public RequestBook(LoadSettings settings, uint run, ulong firstId)
    {
        _batchEvents = settings.BatchEvents;
        _run = run;
        _nextId = firstId;
        _random = Mix(firstId + 1) | 1;
        _personCount = (uint)settings.Persons;
        int requests = Math.Max(settings.Pipelined, settings.BatchEvents < Cycle ? Cycle : 1);
        _starts = new int[requests + 1];
        var text = new StringBuilder();
        for (int request = 0; request < requests; request++)
        {
            text.Append(Request(settings, firstEvent: request * settings.BatchEvents));
            _starts[request + 1] = text.Length;
            LongestRequest = Math.Max(LongestRequest, _starts[request + 1] - _starts[request]);
        }

        _bytes = Encoding.ASCII.GetBytes(text.ToString());
        _ids = IdsIn(text.ToString());
    }

    /// <summary>Bytes of the longest request.</summary>
    public int LongestRequest { get; }

    /// <summary>The next requests with fresh ids and times; valid until the next call.</summary>
    /// <param name="atMost">How many are wanted; fewer come at the end of the book.</param>
    /// <param name="eventMillis">The events' time.</param>
    /// <param name="count">How many came; at least one.</param>
    public ReadOnlySpan<byte> Next(int atMost, long eventMillis, out int count)
    {
        int first = _next;
        count = Math.Min(atMost, _starts.Length - 1 - first);
        _next = first + count == _starts.Length - 1 ? 0 : first + count;
        if (eventMillis != _timeMillis)
        {
            _timeMillis = eventMillis;
            Utf8Formatter.TryFormat(eventMillis, _time, out _);
        }

        foreach (int at in _ids.AsSpan(first * _batchEvents, count * _batchEvents))
            Renew(_bytes.AsSpan(at, PersonAt + PersonDigits));
        return _bytes.AsSpan(_starts[first].._starts[first + count]);
    }

    private void Renew(Span<byte> ids)
    {
        // Mixing keeps numbers different and makes them as hard to compress as the random UUIDs of an SDK.
        ulong number = Mix(_nextId++);
        WriteUuid(ids, number, Mix(number ^ _run));
        _time.CopyTo(ids[TimeAt..]);
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        WriteHex(ids.Slice(PersonAt, PersonDigits), ((_random >> 32) * _personCount >> 32) << 32);
    }

    /// <summary>SplitMix64's finalizer: one to one.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    /// <summary>Its hyphens are there already.</summary>
    private static void WriteUuid(Span<byte> target, ulong high, ulong low)
    {
        WriteHex(target[..8], high);
        WriteHex(target[9..13], high << 32);
        WriteHex(target[14..18], high << 48);
        WriteHex(target[19..23], low);
        WriteHex(target[24..IdLength], low << 16);
    }

    /// <summary>The number's upper digits, as many as there is room for.</summary>
    private static void WriteHex(Span<byte> target, ulong value)
    {
        Span<ushort> pairs = MemoryMarshal.Cast<byte, ushort>(target);
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = HexPairs[(int)(value >> 56)];
            value <<= 8;
        }
    }

    private static ushort HexPair(int value) =>
        BinaryPrimitives.ReadUInt16LittleEndian(Encoding.ASCII.GetBytes(value.ToString("x2")));

    private static string Request(LoadSettings settings, int firstEvent)
    {
        var body = new StringBuilder();
        for (int i = 0; i < settings.BatchEvents; i++)
            body.Append(i == 0 ? "" : ",").Append(Event(firstEvent + i));
        if (settings.BatchEvents > 1)
            body.Insert(0, '[').Append(']');
        string key = settings.Key is null ? "" : $"Authorization: Bearer {settings.Key}\r\n";
        return $"POST /v1/events HTTP/1.1\r\nHost: {settings.Engine.Authority}\r\n{key}"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    private static string Event(int number)
    {
        string ids = $"\"event_id\":\"{Guid.Empty}{BeforeTime}1000000000000"
            + $"{BeforePerson}00000000\"";
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

    private static int[] IdsIn(string requests)
    {
        const string before = "\"event_id\":\"";
        var offsets = new List<int>();
        for (int at = requests.IndexOf(before, StringComparison.Ordinal); at >= 0;
             at = requests.IndexOf(before, at + 1, StringComparison.Ordinal))
        {
            offsets.Add(at + before.Length);
        }

        return [.. offsets];
    }
}
