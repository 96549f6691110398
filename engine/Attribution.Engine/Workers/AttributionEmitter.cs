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

    // Grows at merges only.
    private Conversion[] _conversions = new Conversion[setup.Options.MaxConversionsPerPerson + 1];

    // Made once: a delegate per history would be garbage per event.
    private readonly Comparison<Conversion> _order = (x, y) => TotalOrder.Compare(x, y, journeys.Texts);

    /// <summary>Rows written, models counted apart.</summary>
    public long RowCount { get; private set; }

    /// <summary>Conversions attributed again because their history changed.</summary>
    public long RepeatedCount { get; private set; }

    /// <summary>
    /// Attributes the new conversion and those that changed, each once: all rows of one event carry one
    /// version, so a conversion must not be written twice.
    /// </summary>
    /// <remarks>
    /// Conversions that this event left without room are among them; later changes pass those by.
    /// </remarks>
    /// <param name="sequence">Of the event that made the change; it gives the rows their version.</param>
    public void Emit(in PersonState person, in JourneyChange change, long sequence)
    {
        // Most events change no conversion, and fetching all the touches of a person from memory for them
        // was a fifth of the engine's time under load.
        ReadOnlySpan<Conversion> unkept = journeys.Unkept.Of(person.Key);
        if (unkept.IsEmpty && !ChangesAny(journeys.Conversions(person), change))
            return;

        PersonHistory history = WithUnkept(journeys.History(person), unkept);
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            ref readonly Conversion conversion = ref history.Conversions[i];
            if (!Changes(conversion, change))
                continue;
            Emit(person, history, i, sequence);
            RepeatedCount += change.IsConversion(conversion) ? 0 : 1;
        }
    }

    private bool ChangesAny(ReadOnlySpan<Conversion> conversions, in JourneyChange change)
    {
        foreach (ref readonly Conversion conversion in conversions)
        {
            if (Changes(conversion, change))
                return true;
        }

        return false;
    }

    private bool Changes(in Conversion conversion, in JourneyChange change) =>
        change.IsConversion(conversion) || (change.Reaches(conversion) && !IsOlderThanKept(conversion));

    private PersonHistory WithUnkept(in PersonHistory history, scoped ReadOnlySpan<Conversion> unkept)
    {
        if (unkept.IsEmpty)
            return history;
        int kept = history.Conversions.Length;
        int count = kept + unkept.Length;
        if (count > _conversions.Length)
            Array.Resize(ref _conversions, 2 * count);
        history.Conversions.CopyTo(_conversions);
        unkept.CopyTo(_conversions.AsSpan(kept));
        Span<Conversion> all = _conversions.AsSpan(0, count);
        all.Sort(_order);
        return new PersonHistory
        {
            Touches = history.Touches,
            Conversions = all,
            Milestones = history.Milestones,
            Texts = history.Texts,
        };
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
        MayBeIncomplete = person.MayBeIncomplete || IsOlderThanKept(conversion)
            || journeys.Unkept.Contains(person.Key, conversion)
            || person.DroppedContextSeconds * 1000L >= conversion.TimeMillis - _config.ReachMillis,
    };

    /// <summary>Whether its history may have begun before what is there: its rows stand.
    /// </summary>
    private bool IsOlderThanKept(in Conversion conversion) =>
        conversion.TimeMillis - _config.ReachMillis < journeys.CompleteFromMillis;
}
