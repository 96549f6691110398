using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Workers;

/// <summary>
/// Attributes conversions and writes their rows, one per model. Owned by one worker thread.
/// </summary>
internal sealed class AttributionEmitter(WorkerSetup setup, JourneyStore journeys, ShardWriter writer)
{
    private readonly AttributionConfig _config = setup.Config;
    private readonly Attributor _attributor = new(setup.Config);
    private readonly AttributionResult _result = new(setup.Config);
    private readonly ConversionRows _rows = new(setup.Config);

    // One more than are kept: for a conversion that finds no room.
    private readonly Conversion[] _conversions = new Conversion[setup.Options.MaxConversionsPerPerson + 1];

    /// <summary>Rows written, models counted apart.</summary>
    public long RowCount { get; private set; }

    /// <summary>Conversions attributed again because their history changed.</summary>
    public long RepeatedCount { get; private set; }

    /// <summary>
    /// Attributes the new conversion and those that changed, each once: all rows of one event carry one
    /// version, so a conversion must not be written twice.
    /// </summary>
    /// <param name="sequence">Of the event that made the change; it gives the rows their version.</param>
    public void Emit(in PersonState person, in JourneyChange change, long sequence)
    {
        PersonHistory history = journeys.History(person);
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            ref readonly Conversion kept = ref history.Conversions[i];
            bool isNew = change.IsConversion(kept);
            if (!isNew && (!change.Reaches(kept) || IsOlderThanRestored(kept)))
                continue;
            Emit(person, history, i, sequence);
            RepeatedCount += isNew ? 0 : 1;
        }

        if (change.HasConversion && !change.IsKept)
            EmitUnkept(person, history, change.Conversion, sequence);
    }

    /// <summary>A conversion without room is attributed all the same, but later changes pass it by.</summary>
    private void EmitUnkept(
        in PersonState person, in PersonHistory history, in Conversion conversion, long sequence)
    {
        int at = history.Conversions.Length;
        while (at > 0 && TotalOrder.Compare(conversion, history.Conversions[at - 1], history.Texts) < 0)
            at--;
        history.Conversions[..at].CopyTo(_conversions);
        _conversions[at] = conversion;
        history.Conversions[at..].CopyTo(_conversions.AsSpan(at + 1));
        var withIt = new PersonHistory
        {
            Touches = history.Touches,
            Conversions = _conversions.AsSpan(0, history.Conversions.Length + 1),
            Milestones = history.Milestones,
            Texts = history.Texts,
        };
        Emit(person, withIt, at, sequence);
    }

    private void Emit(in PersonState person, in PersonHistory history, int conversion, long sequence)
    {
        _attributor.Attribute(history, conversion, _result);
        ref readonly Conversion converted = ref history.Conversions[conversion];
        var stamp = new RowStamp
        {
            Person = person.Key ^ setup.Masks.Of(history.Texts.Text(converted.ProjectId)),
            Version = (ulong)sequence + 1,
            Limits = LimitsOf(person, converted),
        };
        for (int model = 0; model < _rows.ModelCount; model++)
        {
            _rows.Write(
                writer.BeginAttribution(converted.TimeMillis, sequence), history, _result, model, stamp);
            RowCount++;
        }
    }

    /// <summary>What could not be kept of what this conversion may rest on.</summary>
    private HistoryLimits LimitsOf(in PersonState person, in Conversion conversion) => new()
    {
        DroppedTouches = person.DroppedTouches,
        DroppedThroughMillis = person.DroppedThroughMillis,
        MayBeIncomplete = person.MayBeIncomplete || IsOlderThanRestored(conversion)
            || person.DroppedContextSeconds * 1000L >= conversion.TimeMillis - _config.ReachMillis,
    };

    /// <summary>Whether its history may have begun before what the start brought back: its rows stand.
    /// </summary>
    private bool IsOlderThanRestored(in Conversion conversion) =>
        conversion.TimeMillis - _config.ReachMillis < journeys.RestoredFromMillis;
}
