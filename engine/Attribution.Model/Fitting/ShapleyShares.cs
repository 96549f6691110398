namespace Attribution.Model.Fitting;

/// <summary>
/// The simplified and the ordered Shapley value of Zhao, Mahboobi and Bagheri (2018): sums of whole numbers,
/// divided once, in decimals. Stateless.
/// </summary>
internal static class ShapleyShares
{
    /// <summary>
    /// φ(c) = Σ over paths with c of conversions / (different channels of the path); value likewise.
    /// </summary>
    public static ShapleyFit Simplified(ChannelPaths paths) => new()
    {
        Form = ShapleyForm.Simplified,
        Totals = paths.Totals,
        Channels = Channels(paths),
    };

    /// <summary>
    /// φ(c, j) = Σ over paths with c at position j of conversions / (different channels · times c is in the
    /// path). Over all positions of c these are the simplified φ(c).
    /// </summary>
    public static ShapleyFit Ordered(ChannelPaths paths)
    {
        int longest = 0;
        int[] ranks = paths.Ranks();
        var sums = new Dictionary<(int Channel, int Position, int Parts), long>();
        for (int at = 0; at < paths.Count; at++)
        {
            long conversions = paths.SumsOf(at).Conversions;
            if (conversions == 0)
                continue;
            ReadOnlySpan<ushort> path = paths.Steps(at);
            longest = Math.Max(longest, path.Length);
            AddPath(sums, path, ranks, conversions);
        }

        return new ShapleyFit
        {
            Form = ShapleyForm.Ordered,
            Totals = paths.Totals,
            Channels = Channels(paths),
            Positions = Positions(sums, paths.Channels.Count, longest),
            LongestPath = longest,
        };
    }

    private static FittedChannel[] Channels(ChannelPaths paths)
    {
        var coalitions = new Coalitions(paths);
        IReadOnlyList<string> channels = paths.Channels;
        var bySize = new Dictionary<(int Channel, int Size), ChannelPaths.Sums>();
        for (int set = 0; set < coalitions.Count; set++)
        {
            ReadOnlySpan<ushort> members = coalitions.Members(set);
            foreach (ushort channel in members)
            {
                ChannelPaths.Sums sums = bySize.GetValueOrDefault((channel, members.Length));
                sums.Add(coalitions.Sums(set));
                bySize[(channel, members.Length)] = sums;
            }
        }

        var conversions = new decimal[channels.Count];
        var values = new decimal[channels.Count];
        foreach (((int channel, int size), ChannelPaths.Sums sums) in bySize.OrderBy(sum => sum.Key))
        {
            conversions[channel] += (decimal)sums.Conversions / size;
            values[channel] += sums.ToTotals().Value / size;
        }

        return Credited(channels, conversions, values, paths.Totals);
    }

    private static FittedChannel[] Credited(
        IReadOnlyList<string> channels, decimal[] conversions, decimal[] values, PathTotals totals)
    {
        decimal[] credits =
            FittedShares.Round(conversions, totals.Conversions, FittedShares.ConversionPlaces);
        decimal[] money = FittedShares.Round(values, totals.Value, FittedShares.ValuePlaces);
        return
        [
            .. channels.Select((name, i) => new FittedChannel(
                name, (double)conversions[i],
                totals.Conversions == 0 ? 0 : (double)(conversions[i] / totals.Conversions),
                credits[i], money[i])),
        ];
    }

    private static void AddPath(
        Dictionary<(int, int, int), long> sums, ReadOnlySpan<ushort> path, int[] ranks, long conversions)
    {
        int different = 0;
        for (int i = 0; i < path.Length; i++)
            different += path[..i].Contains(path[i]) ? 0 : 1;
        for (int i = 0; i < path.Length; i++)
        {
            int position = Math.Min(i, ShapleyFit.MaxPositions - 1);
            (int, int, int) key = (ranks[path[i]], position, different * path.Count(path[i]));
            sums[key] = checked(sums.GetValueOrDefault(key) + conversions);
        }
    }

    private static decimal[][] Positions(
        Dictionary<(int Channel, int Position, int Parts), long> sums, int channels, int longest)
    {
        int count = Math.Min(longest, ShapleyFit.MaxPositions);
        decimal[][] positions = [.. Enumerable.Range(0, channels).Select(_ => new decimal[count])];
        foreach (((int channel, int position, int parts), long conversions) in sums.OrderBy(sum => sum.Key))
            positions[channel][position] += (decimal)conversions / parts;

        // The last entry is used for each later position, so it must be of the size of one.
        int later = longest - count;
        if (later > 0)
        {
            foreach (decimal[] channel in positions)
                channel[^1] /= later + 1;
        }

        return positions;
    }
}
