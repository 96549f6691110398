using System.Numerics;
using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// What one pass over a run of a person's touches says of repeated clicks: which touch repeats an earlier
/// one's click id, and how many clicks came before each. Both are facts of the history alone, whatever the
/// conversion. Buffers are reused. Owned by one <see cref="AttributionResult"/>.
/// </summary>
/// <remarks>
/// The newest touch of each click id is kept in a hash table of at least twice the run's length that is never
/// cleared: a slot counts only where it bears the number of the current pass.
/// </remarks>
internal sealed class ClickRepeats(AttributionConfig config)
{
    private const int NoTouch = -1;
    private readonly long _duplicateMillis = config.DuplicateClickMillis;
    private readonly long _floodMillis = config.Fraud.MaxClicks > 0 ? config.Fraud.MaxClicksWithinMillis : 0;
    private readonly bool _countsClicks = config.Fraud.MaxClicks > 0;
    private Slot[] _slots = [];
    private int[] _repeated = [];
    private int[] _clicks = [];
    private int _start;
    private int _pass;

    /// <summary>Whether the config asks for any of it; else no pass is needed.</summary>
    public static bool Matters(AttributionConfig config) =>
        config.DuplicateClickMillis > 0 || config.Fraud.MaxClicks > 0;

    /// <summary>
    /// Looks at the touches from <paramref name="start"/> on, and at older ones as far back as rules reach.
    /// </summary>
    /// <param name="end">Index of the first touch not to look at.</param>
    public void Scan(ReadOnlySpan<Touch> touches, int start, int end)
    {
        _start = start;
        if (start == end)
            return;

        long reach = Math.Max(_duplicateMillis, _floodMillis);
        int from = start;
        while (from > 0 && touches[from - 1].TimeMillis >= touches[start].TimeMillis - reach)
            from--;
        Reserve(end - start, end - from);

        int clicks = 0;
        int oldestCounted = from;
        for (int i = from; i < end; i++)
        {
            ref readonly Touch touch = ref touches[i];
            int repeated = _duplicateMillis > 0 ? Exchange(touch.ClickHash, i) : NoTouch;
            if (repeated >= 0 && touch.TimeMillis - touches[repeated].TimeMillis > _duplicateMillis)
                repeated = NoTouch;

            clicks += IsClick(touch);
            for (; touches[oldestCounted].TimeMillis < touch.TimeMillis - _floodMillis; oldestCounted++)
                clicks -= IsClick(touches[oldestCounted]);

            if (i < start)
                continue;
            _repeated[i - start] = repeated;
            _clicks[i - start] = clicks;
        }
    }

    /// <summary>The newest earlier touch with the same click id, within the config's time; −1 for none.
    /// </summary>
    /// <param name="touch">Index into the history's touches; within the run.</param>
    public int Repeated(int touch) => _repeated[touch - _start];

    /// <summary>
    /// Clicks within the config's time up to this touch, itself among them; 0 where they are not counted.
    /// </summary>
    public int Clicks(int touch) => _countsClicks ? _clicks[touch - _start] : 0;

    private static int IsClick(in Touch touch) => touch.Kind == TouchKind.Click ? 1 : 0;

    private void Reserve(int judged, int looked)
    {
        if (judged > _repeated.Length)
        {
            _repeated = new int[Math.Max(judged, 2 * _repeated.Length)];
            _clicks = new int[_repeated.Length];
        }

        if (_duplicateMillis == 0)
            return;
        if (_slots.Length < 2 * looked)
            _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)(2 * looked))];
        if (++_pass != int.MaxValue)
            return;
        _slots.AsSpan().Clear();
        _pass = 1;
    }

    /// <summary>Puts a touch in place of the last one with its click id.</summary>
    /// <returns>That one's index, or −1.</returns>
    private int Exchange(uint clickHash, int touch)
    {
        if (clickHash == 0)
            return NoTouch;

        int mask = _slots.Length - 1;
        int at = (int)(clickHash * 0x9E3779B1u >> 7) & mask;
        while (_slots[at].Pass == _pass && _slots[at].ClickHash != clickHash)
            at = (at + 1) & mask;

        int before = _slots[at].Pass == _pass ? _slots[at].Touch : NoTouch;
        _slots[at] = new Slot { ClickHash = clickHash, Touch = touch, Pass = _pass };
        return before;
    }

    private struct Slot
    {
        public uint ClickHash;
        public int Touch;
        public int Pass;
    }
}
