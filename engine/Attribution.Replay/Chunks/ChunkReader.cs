using Attribution.ClickHouse.Native;
using Attribution.Model.Identity;
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
    private readonly HistoryIntake _intake = new(decoder, texts);
    private readonly Lane[] _matching = [.. lanes.Where(lane => lane.Matches is not null)];

    /// <summary>Rows read by all readings so far.</summary>
    public long RowsRead { get; private set; }

    /// <summary>Events of the chunk at hand that are part of a history in any lane.</summary>
    public long EventCount { get; private set; }

    /// <exception cref="ChunkFullException">The chunk's persons do not fit the memory.</exception>
    public async Task ReadAsync(ChunkPart part, Action onBlock, CancellationToken cancel)
    {
        Clear();
        if (_matching.Length > 0)
            await ReadInstallsAsync(part, cancel).ConfigureAwait(false);
        await foreach (ReadBlock block in events.BlocksAsync(cancel).ConfigureAwait(false))
        {
            ReadRows(block, part);
            RowsRead += block.RowCount;
            onBlock();
        }
    }

    private void Clear()
    {
        texts.Clear();
        foreach (Lane lane in lanes)
            lane.Clear();
        EventCount = 0;
    }

    /// <summary>What other persons' touches can match must be known before the first touch is read.</summary>
    private async Task ReadInstallsAsync(ChunkPart part, CancellationToken cancel)
    {
        IReadOnlyList<string> types =
            [.. _matching.SelectMany(lane => lane.Config.Installs.Types).Distinct()];
        await foreach (ReadBlock block in events.BlocksAsync(types, cancel).ConfigureAwait(false))
        {
            decoder.Begin(block);
            for (int row = 0; row < block.RowCount; row++)
            {
                if (TryReadRow(row, part)
                    && Fingerprint.TryOf(decoder.Record, decoder.Bytes, out ulong device))
                    AddInstall(device);
            }
        }
    }

    private void AddInstall(ulong device)
    {
        long millis = decoder.Record.Header.TimestampMillis;
        foreach (Lane lane in _matching)
        {
            EventRole role = lane.Classifier.Classify(decoder.Record, decoder.Bytes);
            bool isInstall = role.IsConversion && role.ConversionKind == ConversionKind.Install;
            if (isInstall && lane.IsInHistory(millis))
                lane.Matches!.Add(device, names.Person(lane.Index), millis);
        }
    }

    private void ReadRows(ReadBlock block, ChunkPart part)
    {
        decoder.Begin(block);
        _intake.Begin(block);
        for (int row = 0; row < block.RowCount; row++)
        {
            bool isOwn = TryReadRow(row, part);
            if (!isOwn && _matching.Length == 0)
                continue;
            if (!isOwn)
                decoder.ReadRest(row);
            _intake.BeginRow(row);
            if (isOwn)
                AddOwn();
            if (_matching.Length > 0 && Fingerprint.TryOf(decoder.Record, decoder.Bytes, out ulong device))
                AddCopies(device);
        }
    }

    /// <returns>Whether the event is a person's of the chunk; its record is complete then.</returns>
    private bool TryReadRow(int row, ChunkPart part)
    {
        decoder.ReadIds(row);
        names.Read(decoder);
        if (!part.Contains(names.Group))
            return false;
        decoder.ReadRest(row);
        return true;
    }

    private void AddOwn()
    {
        bool isAdded = false;
        foreach (Lane lane in lanes)
        {
            EventRole role = lane.Classifier.Classify(decoder.Record, decoder.Bytes);
            isAdded |= !role.IsNothing && _intake.Add(lane, names.Person(lane.Index), role);
        }

        EventCount += isAdded ? 1 : 0;
    }

    /// <summary>Clicks and views go to each person whose install they match, beside their own.</summary>
    private void AddCopies(ulong device)
    {
        long millis = decoder.Record.Header.TimestampMillis;
        foreach (Lane lane in _matching)
        {
            ulong person = names.Person(lane.Index);
            int install = lane.Matches!.First(device, person, millis);
            if (install == 0 || !lane.IsInHistory(millis))
                continue;
            EventRole role = lane.Classifier.Classify(decoder.Record, decoder.Bytes);
            if (!role.IsTouch || role.Touch.Kind is not (TouchKind.Click or TouchKind.View))
                continue;
            for (; install != 0; install = lane.Matches.Next(install, person, millis))
                _intake.AddCopy(lane, lane.Matches.Person(install), role);
        }
    }
}
