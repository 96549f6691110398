using Attribution.ClickHouse.Native;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Replay.Reading;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Puts what an event means into the histories of a lane: touches, conversions and milestones with their
/// texts. Owned by the reading thread.
/// </summary>
internal sealed class HistoryIntake(EventDecoder decoder, ChunkTexts texts)
{
    private readonly TextIds _types = new("type", texts.Table);
    private readonly TextIds _sources = new("source", texts.Table);
    private readonly TextIds _mediums = new("medium", texts.Table);
    private readonly TextIds _campaigns = new("campaign", texts.Table);
    private int _projectId;
    private int _row;
    private CompactId _eventId;
    private bool _isIdPacked;

    public void Begin(ReadBlock block)
    {
        _types.Begin(block);
        _sources.Begin(block);
        _mediums.Begin(block);
        _campaigns.Begin(block);
        _projectId = TextTable.Empty;
    }

    public void BeginRow(int row)
    {
        _row = row;
        _isIdPacked = false;
    }

    /// <summary>
    /// An event of a person of the chunk; one that is older than the history only tells of an install.
    /// </summary>
    /// <returns>Whether it is part of the history.</returns>
    public bool Add(Lane lane, ulong person, in EventRole role)
    {
        long millis = decoder.Record.Header.TimestampMillis;
        bool isInHistory = lane.IsInHistory(millis);
        bool isTouch = role.IsTouch && isInHistory;
        bool isConversion = role.IsConversion && (isInHistory || lane.IsLasting(millis, role));
        int milestones = isInHistory ? role.Milestones & lane.Milestones : 0;
        if (!isTouch && !isConversion && milestones == 0)
            return false;

        PersonChunk chunk = lane.Chunk;
        int place = chunk.FindOrAdd(person);
        chunk.Saw(place, decoder.Sequence(_row));
        if (isTouch)
            chunk.AddTouch(place, ToTouch(role));
        if (isConversion)
            AddConversion(lane, place, role);
        for (int kind = 0; milestones >> kind != 0; kind++)
        {
            if ((milestones & (1 << kind)) != 0)
                chunk.AddMilestone(place, new Milestone
                {
                    TimeMillis = millis,
                    EventId = EventId(),
                    Kind = (MilestoneKind)kind,
                });
        }

        return true;
    }

    /// <summary>A copy of another person's touch: it matched an install by address and device.</summary>
    public void AddCopy(Lane lane, ulong person, in EventRole role)
    {
        Touch touch = ToTouch(role);
        touch.Flags |= TouchFlags.Probabilistic;
        int place = lane.Chunk.FindOrAdd(person);
        lane.Chunk.Saw(place, decoder.Sequence(_row));
        lane.Chunk.AddTouch(place, touch);
    }

    private Touch ToTouch(in EventRole role)
    {
        Touch touch = role.Touch;
        touch.EventId = EventId();
        touch.TypeId = _types.Of(_row);
        touch.SourceId = _sources.Of(_row, Field(EventField.Source), role.Source);
        touch.MediumId = _mediums.Of(_row, Field(EventField.Medium), role.Medium);
        touch.CampaignId = _campaigns.Of(_row, Field(EventField.Campaign), role.Campaign);
        return touch;
    }

    private void AddConversion(Lane lane, int person, in EventRole role)
    {
        ref readonly EventRecord record = ref decoder.Record;
        if (_projectId == TextTable.Empty)
            _projectId = texts.Table.Intern(record.Field(EventField.Project, decoder.Bytes));
        var conversion = new Conversion
        {
            TimeMillis = record.Header.TimestampMillis,
            EventId = EventId(),
            Kind = role.ConversionKind,
            Currency = record.Header.Currency,
            RevenueTenThousandths = record.Header.RevenueTenThousandths,
            InstallBeginMillis = role.InstallBeginMillis,
            ProjectId = _projectId,
            TypeId = _types.Of(_row),
        };
        texts.SetUserId(ref conversion, record.Field(EventField.UserId, decoder.Bytes));
        lane.Chunk.AddConversion(person, conversion, lane.IsInRange(conversion.TimeMillis));
    }

    private ReadOnlySpan<byte> Field(EventField field) => decoder.Record.Field(field, decoder.Bytes);

    /// <summary>Packed once, however many lanes and histories hold it.</summary>
    private CompactId EventId()
    {
        if (!_isIdPacked)
            _eventId = texts.Pack(decoder.Record.Field(EventField.EventId, decoder.Bytes));
        _isIdPacked = true;
        return _eventId;
    }
}
