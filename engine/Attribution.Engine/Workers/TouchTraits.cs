using System.Runtime.InteropServices;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// What many touches have in common: all of a touch but when it happened and what is its event's own. A value
/// of 28 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct TouchTraits
{
    private readonly int _typeId;
    private readonly int _sourceId;
    private readonly int _mediumId;
    private readonly int _campaignId;
    private readonly uint _currency;
    private readonly ushort _channel;
    private readonly TouchKind _kind;
    private readonly TouchFlags _flags;
    private readonly byte _window;
    private readonly byte _fraudRule;

    public TouchTraits(in Touch touch)
    {
        _typeId = touch.TypeId;
        _sourceId = touch.SourceId;
        _mediumId = touch.MediumId;
        _campaignId = touch.CampaignId;
        _currency = touch.Currency;
        _channel = touch.Channel;
        _kind = touch.Kind;
        _flags = touch.Flags;
        _window = touch.Window;
        _fraudRule = touch.FraudRule;
    }

    public bool IsProbabilistic => (_flags & TouchFlags.Probabilistic) != 0;

    public void CopyTo(ref Touch touch)
    {
        touch.TypeId = _typeId;
        touch.SourceId = _sourceId;
        touch.MediumId = _mediumId;
        touch.CampaignId = _campaignId;
        touch.Currency = _currency;
        touch.Channel = _channel;
        touch.Kind = _kind;
        touch.Flags = _flags;
        touch.Window = _window;
        touch.FraudRule = _fraudRule;
    }

    public uint Hash()
    {
        ulong texts = ((ulong)(uint)_campaignId << 32) | (uint)_sourceId;
        ulong others = ((ulong)(uint)_mediumId << 32) | (uint)_typeId;
        ulong rest = ((ulong)_currency << 32) | ((ulong)_channel << 16) | ((ulong)_kind << 8) | (ulong)_flags;
        ulong rules = ((ulong)_window << 8) | _fraudRule;
        ulong hash = Mix(Mix(Mix(texts) + others) + rest) + rules;
        return (uint)(Mix(hash) >> 32);
    }

    private static ulong Mix(ulong x)
    {
        x *= 0x9E3779B97F4A7C15;
        return x ^ (x >> 29);
    }
}
