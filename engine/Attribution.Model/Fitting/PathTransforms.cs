using System.Globalization;

namespace Attribution.Model.Fitting;

/// <summary>
/// The names of path transforms, and how they are applied: in the order given, each to what the one before
/// left. None of them empties a path. Stateless.
/// </summary>
public static class PathTransforms
{
    /// <summary>The name of the channel of visits without a source, as the built-in grouping has
    /// it.</summary>
    public const string DirectChannel = "Direct";

    private static readonly string[] Names =
    [
        "none", "unique", "exposure", "first", "frequency", "drop_direct_unless_all",
        "drop_last_direct_unless_all",
    ];

    public static IReadOnlyList<string> AllNames => Names;

    public static string Name(this PathTransform transform) => Names[(int)transform];

    public static bool TryParse(string? name, out PathTransform transform)
    {
        int index = Array.IndexOf(Names, name);
        transform = (PathTransform)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>What <see cref="PathTransform.Frequency"/> calls a channel that stood so often in a path.
    /// </summary>
    public static string FrequencyName(string channel, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{channel}({count})");

    /// <summary>New paths; those given stay as they are. Paths that became equal are one.</summary>
    public static ChannelPaths Apply(
        ChannelPaths paths, IReadOnlyList<PathTransform> transforms, string directChannel = DirectChannel)
    {
        var result = new ChannelPaths();
        var work = new TransformWork(result, directChannel);
        for (int at = 0; at < paths.Count; at++)
        {
            int length = work.Load(paths, at);
            foreach (PathTransform transform in transforms)
                length = work.Transform(transform, length);
            result.Add(work.Path(length), paths.SumsOf(at));
        }

        if (paths.Empty is var empty && (empty.Conversions > 0 || empty.Nulls > 0))
            result.Add(ReadOnlySpan<string>.Empty, empty.Conversions, empty.Value, empty.Nulls);
        return result;
    }

    /// <summary>One path at a time as ids of the result, changed in place. Owned by one
    /// application.</summary>
    private sealed class TransformWork(ChannelPaths result, string directChannel)
    {
        private readonly ushort[] _path = new ushort[ChannelPaths.MaxSteps];
        private readonly ushort[] _before = new ushort[ChannelPaths.MaxSteps];
        private readonly Dictionary<(ushort Id, int Count), ushort> _frequencies = [];
        private readonly ushort _direct = result.Intern(directChannel);
        private int[] _ids = [];

        public ReadOnlySpan<ushort> Path(int length) => _path.AsSpan(0, length);

        public int Load(ChannelPaths paths, int at)
        {
            if (_ids.Length == 0)
            {
                _ids = new int[paths.NameCount];
                Array.Fill(_ids, -1);
            }

            ReadOnlySpan<ushort> steps = paths.Steps(at);
            for (int i = 0; i < steps.Length; i++)
            {
                ref int id = ref _ids[steps[i]];
                if (id < 0)
                    id = result.Intern(paths.Name(steps[i]));
                _path[i] = (ushort)id;
            }

            return steps.Length;
        }

        /// <returns>The length that is left.</returns>
        public int Transform(PathTransform transform, int length) => transform switch
        {
            PathTransform.None or PathTransform.Unique => length,
            PathTransform.Exposure => Collapse(length),
            PathTransform.First => KeepFirst(length, isCounted: false),
            PathTransform.Frequency => KeepFirst(length, isCounted: true),
            PathTransform.DropDirectUnlessAll => DropDirect(length),
            PathTransform.DropLastDirectUnlessAll => DropLastDirect(length),
            _ => throw new ArgumentOutOfRangeException(nameof(transform), transform, "no path transform"),
        };

        private int Collapse(int length)
        {
            int kept = 0;
            for (int i = 0; i < length; i++)
            {
                if (kept == 0 || _path[i] != _path[kept - 1])
                    _path[kept++] = _path[i];
            }

            return kept;
        }

        private int KeepFirst(int length, bool isCounted)
        {
            ReadOnlySpan<ushort> before = _before.AsSpan(0, length);
            Path(length).CopyTo(_before);
            int kept = 0;
            for (int i = 0; i < length; i++)
            {
                if (before[..i].Contains(before[i]))
                    continue;
                _path[kept++] = isCounted ? Frequency(before[i], before[i..].Count(before[i])) : before[i];
            }

            return kept;
        }

        private ushort Frequency(ushort id, int count)
        {
            if (_frequencies.TryGetValue((id, count), out ushort named))
                return named;
            named = result.Intern(FrequencyName(result.Name(id), count));
            _frequencies.Add((id, count), named);
            return named;
        }

        private int DropDirect(int length)
        {
            if (!Path(length).ContainsAnyExcept(_direct))
                return length;
            int kept = 0;
            for (int i = 0; i < length; i++)
            {
                if (_path[i] != _direct)
                    _path[kept++] = _path[i];
            }

            return kept;
        }

        private int DropLastDirect(int length)
        {
            int last = Path(length).LastIndexOfAnyExcept(_direct);
            return last < 0 ? length : last + 1;
        }
    }
}
