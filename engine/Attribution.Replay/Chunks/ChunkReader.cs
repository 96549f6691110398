using Attribution.ClickHouse.Native;
using Attribution.Model.Events;
using Attribution.Model.Journeys;
using Attribution.Replay.Persons;
using Attribution.Replay.Reading;

namespace Attribution.Replay.Chunks;

/// <summary>
/// Reads the events of one chunk's persons into the lanes' histories. Runs on one thread at a time.
/// </summary>
internal sealed class ChunkReader(
    EventReader events, EventDecoder decoder, PersonNames names, Lane[] lanes, ChunkTexts texts)
{
    private readonly TextIds _types = new("type", texts.Table);
    private readonly TextIds _sources = new("source", texts.Table);
    private readonly TextIds _mediums = new("medium", texts.Table);
    private readonly TextIds _campaigns = new("campaign", texts.Table);

    /// <summary>Rows read by all readings so far.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Events of the chunk at hand that are part of a history in any lane.</summary>
    public long EventCount { get; private set; }

    /// <exception cref="ChunkFullException">The chunk's persons do not fit the memory.</exception>
    public async Task ReadAsync(ChunkPart part, Action onBlock, CancellationToken cancel)
    {
        texts.Clear();
        foreach (Lane lane in lanes)
            lane.Chunk.Clear();
        EventCount = 0;
        await foreach (ReadBlock block in events.BlocksAsync(cancel).ConfigureAwait(false))
        {
            ReadBlockRows(block, part);
            RowsRead += block.RowCount;
            onBlock();
        }
    }

    private void ReadBlockRows(ReadBlock block, ChunkPart part)
    {
        decoder.Begin(block);
        _types.Begin(block);
        _sources.Begin(block);
        _mediums.Begin(block);
        _campaigns.Begin(block);
        for (int row = 0; row < block.RowCount; row++)
        {
            decoder.ReadIds(row);
            names.Read(decoder.Record, decoder.Bytes);
            if (!part.Contains(names.Group))
                continue;
            decoder.ReadRest(row);
            AddToLanes(row);
        }
    }

    private void AddToLanes(int row)
    {
        long millis = decoder.TimeMillis(row);
        CompactId id = default;
        bool isPacked = false;
        foreach (Lane lane in lanes)
        {
            if (!lane.IsInHistory(millis))
                continue;
            EventRole role = lane.Classifier.Classify(decoder.Record, decoder.Bytes);
            if (role.IsNothing)
                continue;
            if (!isPacked)
                id = texts.Pack(decoder.Record.Field(EventField.EventId, decoder.Bytes));
            isPacked = true;
            Add(lane, role, row, id);
        }

        EventCount += isPacked ? 1 : 0;
    }

    private void Add(Lane lane, in EventRole role, int row, CompactId id)
    {
        PersonChunk chunk = lane.Chunk;
        int person = chunk.FindOrAdd(names.Person(lane.Index));
        chunk.Saw(person, decoder.Sequence(row));
        int typeId = _types.Of(row, decoder.Record.Field(EventField.Type, decoder.Bytes));
        if (role.IsTouch)
        {
            Touch touch = role.Touch;
            touch.EventId = id;
            touch.TypeId = typeId;
            touch.SourceId = _sources.Of(row, role.Source);
            touch.MediumId = _mediums.Of(row, role.Medium);
            touch.CampaignId = _campaigns.Of(row, role.Campaign);
            chunk.AddTouch(person, touch);
        }

        if (role.IsConversion)
            AddConversion(lane, person, role, typeId, id);
        for (int kind = 0; role.Milestones >> kind != 0; kind++)
        {
            if ((role.Milestones & (1 << kind)) == 0)
                continue;
            chunk.AddMilestone(person, new Milestone
            {
                TimeMillis = decoder.Record.Header.TimestampMillis,
                EventId = id,
                Kind = (MilestoneKind)kind,
            });
        }
    }

    private void AddConversion(Lane lane, int person, in EventRole role, int typeId, CompactId id)
    {
        ref readonly EventRecord record = ref decoder.Record;
        var conversion = new Conversion
        {
            TimeMillis = record.Header.TimestampMillis,
            EventId = id,
            Kind = role.ConversionKind,
            Currency = record.Header.Currency,
            RevenueTenThousandths = record.Header.RevenueTenThousandths,
            InstallBeginMillis = role.InstallBeginMillis,
            ProjectId = texts.Table.Intern(record.Field(EventField.Project, decoder.Bytes)),
            TypeId = typeId,
        };
        texts.SetUserId(ref conversion, record.Field(EventField.UserId, decoder.Bytes));
        lane.Chunk.AddConversion(person, conversion, lane.IsInRange(conversion.TimeMillis));
    }
}
