using System.Globalization;

namespace Attribution.ClickHouse.Http;

/// <summary>
/// The server's version, as far as it decides what may be asked of it. A value; thread-safe.
/// </summary>
public readonly record struct ServerVersion(int Major, int Minor, string Text)
{
    /// <summary>The oldest server this client is made for.</summary>
    public static ServerVersion Minimum { get; } = new(24, 8, "24.8");

    public bool IsSupported => (Major, Minor).CompareTo((Minimum.Major, Minimum.Minor)) >= 0;

    /// <exception cref="ClickHouseException">The text is not a version.</exception>
    public static ServerVersion Parse(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor))
            return new ServerVersion(major, minor, text);
        throw new ClickHouseException($"The server's version \"{text}\" is not one of ClickHouse's.");
    }

    /// <exception cref="ClickHouseException">The server is older than <see cref="Minimum"/>.</exception>
    public void EnsureSupported()
    {
        if (!IsSupported)
            throw new ClickHouseException(
                $"ClickHouse {Text} is too old: {Minimum.Text} or later is needed.");
    }

    public override string ToString() => Text;
}
