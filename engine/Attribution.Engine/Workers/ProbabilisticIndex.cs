using Attribution.Model.Journeys;
using Attribution.Model.Memory;

namespace Attribution.Engine.Workers;

/// <summary>
/// The touches and installs, of any person of any shard, that may match each other by address and device.
/// Every worker has the whole of it, since every worker sees every event. Owned by one worker thread.
/// </summary>
/// <remarks>
/// The touches' texts are the journeys' own. An entry's event id is the index's own copy: it goes with the
/// entry, and a journey that gets the touch makes another.
/// </remarks>
internal sealed class ProbabilisticIndex : IDisposable
{
    private readonly JourneyTexts _texts;
    private readonly MatchRing<Touch> _touches;
    private readonly MatchRing<byte> _installs;
    private readonly long _longestMillis;

    /// <param name="longestMillis">The longest time between a touch and an install that match.</param>
    public ProbabilisticIndex(WorkerOptions options, long longestMillis, JourneyTexts texts)
    {
        _texts = texts;
        _longestMillis = longestMillis;
        long keepMillis = longestMillis + (long)options.LateArrival.TotalMilliseconds;
        _touches = new MatchRing<Touch>(
            options.MaxMatchTouches, options.MaxMatchesPerDevice, keepMillis,
            touch => texts.Release(touch.EventId));
        _installs = new MatchRing<byte>(
            options.MaxMatchInstalls, options.MaxMatchesPerDevice, keepMillis, _ => { });
    }

    /// <summary>Touches and installs dropped because of a bound.</summary>
    public long DroppedCount => _touches.DroppedCount + _installs.DroppedCount + UnkeptCount;

    /// <summary>Touches whose event id found no room.</summary>
    public long UnkeptCount { get; private set; }

    /// <param name="touch">But for its event id.</param>
    public void AddTouch(ulong fingerprint, ulong person, Touch touch, ReadOnlySpan<byte> eventId)
    {
        if (_texts.TryPackId(eventId, out touch.EventId))
            _touches.Add(fingerprint, person, touch.TimeMillis, touch);
        else
            UnkeptCount++;
    }

    public void AddInstall(ulong fingerprint, ulong person, long timeMillis) =>
        _installs.Add(fingerprint, person, timeMillis, 0);

    /// <summary>Two persons turned out to be one.</summary>
    public void Rename(ulong from, ulong into)
    {
        _touches.Rename(from, into);
        _installs.Rename(from, into);
    }

    /// <summary>Whether a bound may have dropped a touch that would match this install.</summary>
    public bool MayMissTouches(ulong fingerprint, long installMillis) =>
        _touches.DroppedThroughMillis(fingerprint) >= installMillis - _longestMillis;

    /// <summary>The first touch of another person that matches an install; 0 for none.</summary>
    public int FirstTouch(ulong fingerprint, ulong person, long installMillis) =>
        TouchFrom(_touches.Newest(fingerprint), person, installMillis);

    /// <summary>The next one after <paramref name="place"/>.</summary>
    public int NextTouch(int place, ulong person, long installMillis) =>
        TouchFrom(_touches.Older(place), person, installMillis);

    public ref readonly Touch Touch(int place) => ref _touches[place].Item;

    /// <summary>The first install of another person that matches a touch; 0 for none.</summary>
    public int FirstInstall(ulong fingerprint, ulong person, long touchMillis) =>
        InstallFrom(_installs.Newest(fingerprint), person, touchMillis);

    /// <summary>The next one after <paramref name="place"/>.</summary>
    public int NextInstall(int place, ulong person, long touchMillis) =>
        InstallFrom(_installs.Older(place), person, touchMillis);

    public ulong InstallPerson(int place) => _installs[place].Person;

    /// <summary>Loads into an empty index of the same bounds; the texts' own state goes first.</summary>
    public void PassState(StateStream state)
    {
        _touches.PassState(state);
        _installs.PassState(state);
    }

    public void Dispose()
    {
        _touches.Dispose();
        _installs.Dispose();
    }

    private int TouchFrom(int place, ulong person, long installMillis)
    {
        while (place != 0 && !IsMatch(_touches[place], person, installMillis - _touches[place].TimeMillis))
            place = _touches.Older(place);
        return place;
    }

    private int InstallFrom(int place, ulong person, long touchMillis)
    {
        while (place != 0 && !IsMatch(_installs[place], person, _installs[place].TimeMillis - touchMillis))
            place = _installs.Older(place);
        return place;
    }

    private bool IsMatch<T>(in MatchEntry<T> entry, ulong person, long ageMillis)
        where T : unmanaged =>
        entry.Person != person && ageMillis >= 0 && ageMillis <= _longestMillis;
}
