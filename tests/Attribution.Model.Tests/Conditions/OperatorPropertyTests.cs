using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attribution.Model.Conditions;
using Attribution.Model.Events;
using Attribution.Model.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Attribution.Model.Tests.Support.ConditionSample;

namespace Attribution.Model.Tests.Conditions;

/// <remarks>
/// Each operator against the plainest way to say the same in C#, over texts of few letters, so that both
/// answers are common.
/// </remarks>
public class OperatorPropertyTests
{
    private const int Cases = 3_000;

    [Theory]
    [InlineData("equals")]
    [InlineData("prefix")]
    [InlineData("suffix")]
    [InlineData("contains")]
    public void Matches_OneString_AsTheStringMethodSays(string name)
    {
        var answers = new HashSet<bool>();
        Gen<(string, string)> pairs = Gen.Frequency(
            (3, Texts().Generator.Two().Select(pair => (pair.Item1, pair.Item2))),
            (1, Texts().Generator.Select(text => (text, text.ToUpperInvariant()))),
            (1, Texts().Generator.Select(text => (text, text))));
        Prop.ForAll(pairs.ToArbitrary(), pair =>
        {
            (string text, string operand) = pair;
            foreach (bool ignoreCase in (bool[])[false, true])
            {
                if (operand.Length == 0)
                    continue;
                var json = new JsonObject
                {
                    ["field"] = "source",
                    [name] = operand,
                    ["ignore_case"] = ignoreCase,
                };
                (string a, string b) = ignoreCase ? (Lower(text), Lower(operand)) : (text, operand);
                bool expected = text.Length > 0 && name switch
                {
                    "equals" => a == b,
                    "prefix" => a.StartsWith(b, StringComparison.Ordinal),
                    "suffix" => a.EndsWith(b, StringComparison.Ordinal),
                    _ => a.Contains(b, StringComparison.Ordinal),
                };

                Assert.Equal(expected, Holds(Parse(json), Source(text)));
                answers.Add(expected);
            }
        }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public void Matches_Set_AsContainsSays()
    {
        var answers = new HashSet<bool>();
        Prop.ForAll(Texts(), Texts().Generator.NonEmptyListOf().ToArbitrary(), (text, items) =>
        {
            foreach (bool ignoreCase in (bool[])[false, true])
            {
                var json = new JsonObject
                {
                    ["field"] = "source",
                    ["in"] = new JsonArray([.. items.Select(item => JsonValue.Create(item))]),
                    ["ignore_case"] = ignoreCase,
                };
                bool expected = text.Length > 0
                    && (ignoreCase ? items.Select(Lower).Contains(Lower(text)) : items.Contains(text));

                Assert.Equal(expected, Holds(Parse(json), Source(text)));
                answers.Add(expected);
            }
        }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public void Matches_Regex_AsTheBacktrackingEngineSays()
    {
        Gen<string> part = Gen.Elements(
            "a", "b+", "[ab]", "A?", "é", ".", "(a|é)*", "^a", "b$", "\\w", "(?i)b", "a{2}", "|", "\\z");
        Gen<string> pattern = part.NonEmptyListOf().Select(parts => string.Concat(parts.Take(5)));
        var answers = new HashSet<bool>();
        Prop.ForAll(Texts(), pattern.ToArbitrary(), (text, regex) =>
        {
            bool expected = text.Length > 0 && Regex.IsMatch(text, regex, RegexOptions.CultureInvariant);

            Condition condition = Parse(new JsonObject { ["field"] = "source", ["regex"] = regex });
            Assert.Equal(expected, Holds(condition, Source(text)));
            answers.Add(expected);
        }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public void Matches_NumberRange_AsExactDecimalsSay()
    {
        Gen<decimal> bounds =
            from digits in Gen.Choose(-2_000, 2_000)
            from scale in Gen.Choose(0, 3)
            select new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale);
        var answers = new HashSet<bool>();
        Prop.ForAll(Numbers().ToArbitrary(), bounds.Two().ToArbitrary(), (number, pair) =>
        {
            decimal from = Math.Min(pair.Item1, pair.Item2);
            decimal to = Math.Max(pair.Item1, pair.Item2);
            bool expected = number.Value >= from && number.Value <= to;
            var sample = new EventSample("x", (EventField.Properties, $$"""{"n":{{number.Text}}}"""));

            Assert.Equal(expected, Holds(Range("properties.n", from, to), sample));
            Assert.Equal(number.Value >= from, Holds(Range("properties.n", from, null), sample));
            Assert.Equal(number.Value <= to, Holds(Range("properties.n", null, to), sample));
            answers.Add(expected);
        }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public void Matches_RevenueRange_AsExactDecimalsSay()
    {
        Gen<decimal> bounds =
            from digits in Gen.Choose(-20_000, 20_000)
            from scale in Gen.Choose(0, 6)
            select new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale);
        var answers = new HashSet<bool>();
        Prop.ForAll(Gen.Choose(-30_000, 30_000).ToArbitrary(), bounds.ToArbitrary(), (value, bound) =>
        {
            var sample = new EventSample("purchase");
            sample.Record.Header.Flags = EventFlags.HasRevenue;
            sample.Record.Header.RevenueTenThousandths = value;
            bool expected = value / 10_000m >= bound;

            Assert.Equal(expected, Holds(Range("revenue", bound, null), sample));
            Assert.Equal(value / 10_000m <= bound, Holds(Range("revenue", null, bound), sample));
            answers.Add(expected);
        }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public void Matches_Networks_AsTheLeadingBitsSay()
    {
        Gen<byte> octet = Gen.Elements<byte>(0, 1, 10, 127, 128, 255);
        Gen<byte[]> address = Gen.OneOf(octet.ArrayOf(4), octet.ArrayOf(16));
        var answers = new HashSet<bool>();
        Prop.ForAll(
            address.Two().ToArbitrary(), Gen.Choose(0, 128).ToArbitrary(), (pair, bits) =>
            {
                (byte[] ip, byte[] network) = (pair.Item1, pair.Item2);
                bits = Math.Min(bits, network.Length * 8);
                string cidr = string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(network)}/{bits}");
                EventSample sample = WithAddress(ip);
                bool isPresent = Mapped(ip).Any(b => b != 0);
                int mappedBits = network.Length == 4 ? bits + 96 : bits;
                bool expected = isPresent
                    && LeadingBits(Mapped(ip), mappedBits) == LeadingBits(Mapped(network), mappedBits);
                Condition condition = Parse(new JsonObject { ["field"] = "ip", ["cidr"] = cidr });

                Assert.Equal(expected, Holds(condition, sample));
                Assert.Equal(isPresent, Holds("""{"field":"ip","exists":true}""", sample));
                answers.Add(expected);
            }).CheckThrow(Cases);
        Assert.Equal(2, answers.Count);
    }

    internal static EventSample WithAddress(byte[] address)
    {
        var sample = new EventSample("visit");
        byte[] mapped = Mapped(address);
        sample.Record.Header.IpHigh = BitConverter.ToUInt64(mapped, 0);
        sample.Record.Header.IpLow = BitConverter.ToUInt64(mapped, 8);
        return sample;
    }

    private static byte[] Mapped(byte[] address) =>
        address.Length == 16 ? address : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, .. address];

    private static BigInteger LeadingBits(byte[] address, int count) =>
        new BigInteger(address, isUnsigned: true, isBigEndian: true) >> (128 - count);

    private static Condition Range(string field, decimal? from, decimal? to)
    {
        var range = new JsonObject();
        if (from is { } least)
            range["from"] = least;
        if (to is { } most)
            range["to"] = most;
        return Parse(new JsonObject { ["field"] = field, ["range"] = range });
    }

    /// <summary>Numbers in all the ways to write them, and what they are.</summary>
    private static Gen<(string Text, decimal Value)> Numbers() =>
        from whole in Gen.Choose(0, 3_000)
        from fraction in Gen.Elements("", ".0", ".5", ".250", ".001", ".999", ".00000000000001")
        from exponent in Gen.Elements("", "e0", "E+1", "e-1", "e-3", "e2")
        from sign in Gen.Elements("", "-")
        let text = sign + whole.ToString(CultureInfo.InvariantCulture) + fraction + exponent
        select (text, decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    private static Arbitrary<string> Texts() =>
        Gen.Elements([.. "abAéÉ\n "]).ListOf()
            .Select(letters => new string([.. letters.Take(6)]))
            .ToArbitrary();

    private static string Lower(string text)
    {
        var lower = new StringBuilder();
        foreach (char c in text)
            lower.Append(char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c);
        return lower.ToString();
    }

    private static EventSample Source(string text) => new("visit", (EventField.Source, text));
}
