using System.Text;
using Attribution.Model.Journeys;
using FsCheck;
using Attribution.Model.Tests.Support;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Journeys;

public class CompactIdTests
{
    [Theory]
    [InlineData("", IdForm.Inline)]
    [InlineData("a", IdForm.Inline)]
    [InlineData("sixteen bytes ok", IdForm.Inline)]
    [InlineData("00000000-0000-0000-0000-000000000000", IdForm.Uuid)]
    [InlineData("0123fedc-ba98-7654-3210-abcdef987654", IdForm.Uuid)]
    public void TryPack_ShortTextOrUuid_IsWrittenAsItWas(string text, IdForm form)
    {
        Assert.True(CompactId.TryPack(Encoding.UTF8.GetBytes(text), out CompactId id));

        Assert.Equal(form, id.Form);
        Assert.Equal(text, Text(id));
    }

    [Theory]
    [InlineData("seventeen bytes !")]
    [InlineData("0123FEDC-ba98-7654-3210-abcdef987654")]
    [InlineData("0123fedcb-a98-7654-3210-abcdef987654")]
    [InlineData("0123fedc-ba98-7654-3210-abcdef98765g")]
    [InlineData("0123fedc-ba98-7654-3210_abcdef987654")]
    [InlineData("0123fedcba9876543210abcdef987654")]
    public void TryPack_OtherText_NeedsAHeap(string text) =>
        Assert.False(CompactId.TryPack(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryPack_AnyShortBytes_RoundTrip()
    {
        Gen<byte> any = Gen.Choose(0, 255).Select(b => (byte)b);
        Gen<byte[]> bytes = Gen.Choose(0, 16).SelectMany(n => any.ArrayOf(n));

        Prop.ForAll(bytes.ToArbitrary(), text =>
        {
            byte[] written = new byte[36];
            return CompactId.TryPack(text, out CompactId id)
                && written.AsSpan(0, id.Write(written)).SequenceEqual(text);
        }).CheckThrow(3_000);
    }

    [Fact]
    public void TryPack_AnyUuid_RoundTrips() =>
        Prop.ForAll<Guid>(guid => CompactId.TryPack(Encoding.UTF8.GetBytes(guid.ToString()), out CompactId id)
            && id.Form == IdForm.Uuid && Text(id) == guid.ToString()).CheckThrow(3_000);

    [Fact]
    public void TryPack_DifferentTexts_AreDifferentIds()
    {
        Gen<byte> few = Gen.Choose(0, 2).Select(b => (byte)b);
        Gen<byte[]> bytes = Gen.Choose(0, 3).SelectMany(n => few.ArrayOf(n));
        Gen<(byte[], byte[])> pairs = bytes.SelectMany(a => bytes, (a, b) => (a, b));

        Prop.ForAll(pairs.ToArbitrary(), pair =>
        {
            CompactId.TryPack(pair.Item1, out CompactId a);
            CompactId.TryPack(pair.Item2, out CompactId b);
            return a.Equals(b) == pair.Item1.AsSpan().SequenceEqual(pair.Item2);
        }).CheckThrow(3_000);
    }

    private static string Text(CompactId id)
    {
        byte[] text = new byte[36];
        return Encoding.UTF8.GetString(text, 0, id.Write(text));
    }
}
