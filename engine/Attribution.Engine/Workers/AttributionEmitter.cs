using Attribution.Engine.Sink;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Replay.Rows;

namespace Attribution.Engine.Workers;

/// <summary>
/// Attributes a conversion and writes its rows, one per model. Owned by one worker thread.
/// </summary>
internal sealed class AttributionEmitter(AttributionConfig config, ShardWriter writer)
{
    private readonly Attributor _attributor = new(config);
    private readonly AttributionResult _result = new(config);
    private readonly ConversionRows _rows = new(config);

    /// <summary>Rows written, models counted apart.</summary>
    public long RowCount { get; private set; }

    /// <param name="history">The person's; holds the conversion.</param>
    /// <param name="conversion">Index into the history's conversions.</param>
    /// <param name="sequence">Of the event that made or changed the conversion's history; the rows'
    /// version.</param>
    public void Emit(in PersonState person, in PersonHistory history, int conversion, long sequence)
    {
        _attributor.Attribute(history, conversion, _result);
        var stamp = new RowStamp
        {
            Person = person.Key,
            Version = (ulong)sequence + 1,
            Limits = new HistoryLimits
            {
                DroppedTouches = person.DroppedTouches,
                DroppedThroughMillis = person.DroppedThroughMillis,
                MayBeIncomplete = person.MayBeIncomplete,
            },
        };
        long millis = history.Conversions[conversion].TimeMillis;
        for (int model = 0; model < _rows.ModelCount; model++)
        {
            _rows.Write(writer.BeginAttribution(millis, sequence), history, _result, model, stamp);
            RowCount++;
        }
    }
}
