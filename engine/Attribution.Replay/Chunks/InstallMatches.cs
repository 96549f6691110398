namespace Attribution.Replay.Chunks;

/// <summary>An install that a click or view of another person may have led to. A value.</summary>
internal struct MatchableInstall
{
    public ulong Fingerprint;
    public ulong Person;
    public long TimeMillis;

    /// <summary>The next one of the same address and device, by 1 + index; 0 at the end.</summary>
    public int Next;
}

/// <summary>
/// The installs of one chunk's persons by address and device, under one config: read before all else, so that
/// of other persons' touches only those are kept that match one. Owned by the reading thread.
/// </summary>
/// <param name="longestMillis">The longest time between a touch and an install that match.</param>
internal sealed class InstallMatches(long longestMillis, MemoryBudget budget) : IDisposable
{
    private readonly Arena<MatchableInstall> _installs = new(budget);
    private readonly Dictionary<ulong, int> _newest = [];

    public void Add(ulong fingerprint, ulong person, long timeMillis)
    {
        int index = _installs.Add(new MatchableInstall
        {
            Fingerprint = fingerprint,
            Person = person,
            TimeMillis = timeMillis,
            Next = _newest.GetValueOrDefault(fingerprint),
        });
        _newest[fingerprint] = index + 1;
    }

    /// <summary>The first install of another person that a touch matches; 0 for none.</summary>
    public int First(ulong fingerprint, ulong person, long touchMillis) =>
        From(_newest.GetValueOrDefault(fingerprint), person, touchMillis);

    /// <summary>The one after <paramref name="place"/>.</summary>
    public int Next(int place, ulong person, long touchMillis) =>
        From(_installs[place - 1].Next, person, touchMillis);

    public ulong Person(int place) => _installs[place - 1].Person;

    public void Clear()
    {
        _installs.Clear();
        _newest.Clear();
    }

    public void Dispose() => _installs.Dispose();

    private int From(int place, ulong person, long touchMillis)
    {
        for (; place != 0; place = _installs[place - 1].Next)
        {
            ref MatchableInstall install = ref _installs[place - 1];
            long age = install.TimeMillis - touchMillis;
            if (install.Person != person && age >= 0 && age <= longestMillis)
                return place;
        }

        return 0;
    }
}
