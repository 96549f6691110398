using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Attribution.Model.Events;

namespace Attribution.Model.Conditions;

/// <summary>
/// <c>{"field": "ip", "cidr": ["10.0.0.0/8", "2001:db8::/32"]}</c>. An IPv4 network holds the addresses that
/// are mapped into IPv6 as well: events keep every IPv4 address so. Immutable.
/// </summary>
internal sealed class AddressCondition : Condition
{
    private readonly Network[] _networks;

    public AddressCondition(IEnumerable<Network> networks) =>
        _networks =
            [.. networks.Distinct().OrderBy(network => network.Bits).ThenBy(network => network.First)];

    public override bool Matches(
        in EventRecord record, ReadOnlySpan<byte> eventBytes, in ConditionContext context)
    {
        UInt128 address = AddressOf(record);
        if (address == 0)
            return false;

        foreach (Network network in _networks)
        {
            if (network.Holds(address))
                return true;
        }

        return false;
    }

    public override JsonNode ToJson() => new JsonObject
    {
        ["field"] = "ip",
        ["cidr"] = new JsonArray([.. _networks.Select(network => JsonValue.Create(network.ToString()))]),
    };

    /// <summary>0 where the event has none.</summary>
    public static UInt128 AddressOf(in EventRecord record) => new(
        BinaryPrimitives.ReverseEndianness(record.Header.IpHigh),
        BinaryPrimitives.ReverseEndianness(record.Header.IpLow));
}

/// <summary>A network of addresses: the first of them and how many leading bits all share. A value.</summary>
internal readonly record struct Network(UInt128 First, int Bits)
{
    private const int AddressBits = 128;
    private const int Version4Bits = 32;
    private const int MappedBits = AddressBits - Version4Bits;

    public bool Holds(UInt128 address) => (address & Mask(Bits)) == First;

    /// <summary>
    /// Reads <c>address/bits</c>, or one address alone. Bits of the address behind the network's are ignored.
    /// </summary>
    public static bool TryParse(string text, out Network network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string addressText = slash < 0 ? text : text[..slash];
        if (!TryParseAddress(addressText, out UInt128 address, out int bits))
            return false;

        if (slash >= 0)
        {
            bool isNumber = int.TryParse(
                text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix);
            if (!isNumber || prefix > bits)
                return false;
            bits = prefix;
        }

        if (!addressText.Contains(':', StringComparison.Ordinal))
            bits += MappedBits;
        else if (slash < 0)
            bits = AddressBits;
        network = new Network(address & Mask(bits), bits);
        return true;
    }

    public override string ToString()
    {
        bool isVersion4 = Bits >= MappedBits && First >> Version4Bits == 0xffff;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, First);
        var address = new IPAddress(isVersion4 ? bytes[12..] : bytes);
        int bits = isVersion4 ? Bits - MappedBits : Bits;
        return string.Create(CultureInfo.InvariantCulture, $"{address}/{bits}");
    }

    /// <param name="text">IPv4 with all its four numbers in decimal, or IPv6 without a zone.</param>
    /// <param name="address">IPv4 as it is mapped into IPv6.</param>
    /// <param name="bits">32 or 128: the most that may follow the slash.</param>
    private static bool TryParseAddress(string text, out UInt128 address, out int bits)
    {
        address = 0;
        bits = AddressBits;
        if (!IPAddress.TryParse(text, out IPAddress? parsed))
            return false;

        if (parsed.AddressFamily == AddressFamily.InterNetwork)
        {
            // What else the parser takes, such as 10.1 and 0x0a.0.0.1, is more often a mistake.
            bits = Version4Bits;
            address = BinaryPrimitives.ReadUInt128BigEndian(parsed.MapToIPv6().GetAddressBytes());
            return parsed.ToString() == text;
        }

        address = BinaryPrimitives.ReadUInt128BigEndian(parsed.GetAddressBytes());
        return text.IndexOfAny(['%', '[']) < 0;
    }

    private static UInt128 Mask(int bits) =>
        bits == 0 ? UInt128.Zero : UInt128.MaxValue << (AddressBits - bits);
}
