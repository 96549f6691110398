using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// One person's journey on its way to another shard, with its texts spelled out, since each shard numbers its
/// own. Written by the giving worker, then read once by the taking one.
/// </summary>
internal sealed class PersonTransfer
{
    private byte[] _buffer = [];
    private int _length;
    private int _read;
    private PersonState _person;

    public static PersonTransfer Nobody { get; } = new();

    /// <summary>Takes a copy of a person out of a store; the person is still in it afterwards.</summary>
    public static PersonTransfer Of(JourneyStore store, int place)
    {
        var transfer = new PersonTransfer { _person = store.Person(place), _buffer = new byte[1024] };
        Span<byte> id = stackalloc byte[36];
        foreach (ref readonly Conversion conversion in store.Conversions(transfer._person))
        {
            transfer.WriteStruct(conversion);
            transfer.WriteText(store.Texts.EventId(conversion.EventId, id));
            transfer.WriteText(store.Texts.Text(conversion.ProjectId));
            transfer.WriteText(store.Texts.Text(conversion.TypeId));
            transfer.WriteText(store.Texts.UserId(conversion));
        }

        foreach (ref readonly Touch touch in store.Touches(transfer._person))
        {
            transfer.WriteStruct(touch);
            transfer.WriteText(store.Texts.EventId(touch.EventId, id));
            transfer.WriteText(store.Texts.Text(touch.TypeId));
            transfer.WriteText(store.Texts.Text(touch.SourceId));
            transfer.WriteText(store.Texts.Text(touch.MediumId));
            transfer.WriteText(store.Texts.Text(touch.CampaignId));
        }

        foreach (ref readonly Milestone milestone in store.Milestones(transfer._person))
        {
            transfer.WriteStruct(milestone);
            transfer.WriteText(store.Texts.EventId(milestone.EventId, id));
        }

        return transfer;
    }

    /// <summary>Makes the journey part of a person's in the taking shard.</summary>
    /// <returns>False where there is nobody to take over.</returns>
    public bool MergeInto(JourneyStore store, ulong key)
    {
        if (_person.Key == 0)
            return false;

        ref PersonState into = ref store.Person(store.FindOrAdd(key, _person.LastSeenMillis));
        into.MergeMarks(_person);

        // Conversions first: touches are kept as long as one of them can change.
        for (int i = 0; i < _person.ConversionCount; i++)
            ReadConversion(store, ref into);
        for (int i = 0; i < _person.TouchCount; i++)
            ReadTouch(store, ref into);
        for (int i = 0; i < _person.MilestoneCount; i++)
            ReadMilestone(store, ref into);
        return true;
    }

    private void ReadConversion(JourneyStore store, ref PersonState into)
    {
        Conversion conversion = ReadStruct<Conversion>();
        bool packed = store.Texts.TryPackId(ReadText(), out conversion.EventId);
        conversion.ProjectId = store.Texts.InternProject(ReadText());
        conversion.TypeId = store.Texts.Intern(ReadText());
        bool isWhole = packed & store.Texts.TrySetUserId(ref conversion, ReadText());
        if (!packed || store.InsertConversion(ref into, conversion) == InsertOutcome.Known)
            store.Texts.Release(conversion);
        into.MayBeIncomplete |= !isWhole;
    }

    private void ReadTouch(JourneyStore store, ref PersonState into)
    {
        Touch touch = ReadStruct<Touch>();
        bool packed = store.Texts.TryPackId(ReadText(), out touch.EventId);
        touch.TypeId = store.Texts.Intern(ReadText());
        touch.SourceId = store.Texts.Intern(ReadText());
        touch.MediumId = store.Texts.Intern(ReadText());
        touch.CampaignId = store.Texts.Intern(ReadText());
        if (!packed)
            store.MarkDropped(ref into, touch.TimeMillis);
        else if (store.InsertTouch(ref into, touch) != InsertOutcome.Inserted)
            store.Texts.Release(touch.EventId);
    }

    private void ReadMilestone(JourneyStore store, ref PersonState into)
    {
        Milestone milestone = ReadStruct<Milestone>();
        bool packed = store.Texts.TryPackId(ReadText(), out milestone.EventId);
        if (!packed || store.InsertMilestone(ref into, milestone) != InsertOutcome.Inserted)
            store.Texts.Release(milestone.EventId);
        into.MayBeIncomplete |= !packed;
    }

    private void WriteStruct<T>(in T value)
        where T : unmanaged => Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private void WriteText(ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        Write(length);
        Write(text);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private T ReadStruct<T>()
        where T : unmanaged
    {
        T value = MemoryMarshal.Read<T>(_buffer.AsSpan(_read));
        _read += Unsafe.SizeOf<T>();
        return value;
    }

    private ReadOnlySpan<byte> ReadText()
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_read));
        ReadOnlySpan<byte> text = _buffer.AsSpan(_read + 2, length);
        _read += 2 + length;
        return text;
    }
}
