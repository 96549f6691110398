using Attribution.Model.Configs;
using Attribution.Model.Journeys;

namespace Attribution.Model.Credits;

/// <summary>
/// Which installs of a person belong together: a cycle begins with the first install, and with every one that
/// comes later than the re-attribution window after its cycle's first. Immutable.
/// </summary>
internal sealed class InstallCycles(AttributionConfig config)
{
    /// <summary>
    /// Of an install that may be a reinstall, the first of its cycle; −1 for one that begins a cycle, and for
    /// any other conversion.
    /// </summary>
    /// <param name="conversion">Index into <paramref name="conversions"/>.</param>
    public int FirstOfCycle(ReadOnlySpan<Conversion> conversions, int conversion)
    {
        if (!config.Installs.AppliesReinstalls || conversions[conversion].Kind != ConversionKind.Install)
            return -1;

        int first = -1;
        for (int i = 0; i <= conversion; i++)
        {
            if (conversions[i].Kind != ConversionKind.Install)
                continue;
            long since = first < 0 ? 0 : conversions[i].TimeMillis - conversions[first].TimeMillis;
            if (first < 0 || since > config.Installs.ReattributionMillis)
                first = i;
        }

        return first == conversion ? -1 : first;
    }

    /// <summary>The newest install before a conversion, or −1.</summary>
    public static int InstallBefore(in PersonHistory history, int conversion)
    {
        int install = conversion - 1;
        while (install >= 0 && history.Conversions[install].Kind != ConversionKind.Install)
            install--;
        return install;
    }

    /// <summary>
    /// The newest install before a conversion that is not older than its source earns for, or −1: one that is
    /// older is as if there were none, so that a history that forgot it gives the same.
    /// </summary>
    public int InForce(in PersonHistory history, int conversion)
    {
        int install = InstallBefore(history, conversion);
        if (install < 0)
            return -1;

        long age = history.Conversions[conversion].TimeMillis - history.Conversions[install].TimeMillis;
        return age <= config.Installs.LifetimeMillis ? install : -1;
    }
}
