using System.Text;
using Attribution.Model.Events;
using Attribution.Model.Journeys;

namespace Attribution.Replay.Tests.Support;

/// <summary>Texts in a list, and histories' items that point into it. Owned by one test.</summary>
internal sealed class ListTexts : IJourneyTexts
{
    private readonly List<byte[]> _texts = [[]];

    public ReadOnlySpan<byte> EventId(in CompactId id, Span<byte> buffer) =>
        id.Form == IdForm.Heap ? _texts[(int)id.Low] : buffer[..id.Write(buffer)];

    public ReadOnlySpan<byte> Text(int id) => _texts[id];

    public ReadOnlySpan<byte> UserId(in Conversion conversion) => _texts[(int)conversion.UserId];

    public Touch Complete(in EventRole role, TestEvent each)
    {
        Touch touch = role.Touch;
        touch.EventId = Id(each);
        touch.TypeId = Add(Encoding.UTF8.GetBytes(each.Type));
        touch.SourceId = Add(role.Source.ToArray());
        touch.MediumId = Add(role.Medium.ToArray());
        touch.CampaignId = Add(role.Campaign.ToArray());
        return touch;
    }

    public Conversion Conversion(in EventRole role, TestEvent each, in EventHeader header) => new()
    {
        TimeMillis = each.TimeMillis,
        EventId = Id(each),
        Kind = role.ConversionKind,
        Currency = header.Currency,
        RevenueTenThousandths = header.RevenueTenThousandths,
        InstallBeginMillis = role.InstallBeginMillis,
        ProjectId = Add(Encoding.UTF8.GetBytes(each.Project)),
        TypeId = Add(Encoding.UTF8.GetBytes(each.Type)),
        UserId = (uint)Add(Encoding.UTF8.GetBytes(each.User)),
    };

    public Milestone Milestone(MilestoneKind kind, TestEvent each) =>
        new() { TimeMillis = each.TimeMillis, EventId = Id(each), Kind = kind };

    private CompactId Id(TestEvent each)
    {
        byte[] text = Encoding.UTF8.GetBytes(each.Id);
        return CompactId.TryPack(text, out CompactId id)
            ? id
            : CompactId.OnHeap((ulong)Add(text), text.Length);
    }

    private int Add(byte[] text)
    {
        _texts.Add(text);
        return _texts.Count - 1;
    }
}
