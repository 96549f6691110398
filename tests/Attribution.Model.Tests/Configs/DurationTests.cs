using Attribution.Model.Configs;

namespace Attribution.Model.Tests.Configs;

public class DurationTests
{
    [Theory]
    [InlineData("0s", 0, "0s")]
    [InlineData("0d", 0, "0s")]
    [InlineData("1500ms", 1500, "1500ms")]
    [InlineData("2000ms", 2000, "2s")]
    [InlineData("90m", 5_400_000, "90m")]
    [InlineData("24h", 86_400_000, "1d")]
    [InlineData("036h", 129_600_000, "36h")]
    public void TryParse_ThenFormat_IsCanonical(string text, long millis, string canonical)
    {
        Assert.True(Duration.TryParse(text, out long parsed));
        Assert.Equal(millis, parsed);
        Assert.Equal(canonical, Duration.Format(parsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("7 d")]
    [InlineData("7D")]
    [InlineData("1.5d")]
    [InlineData("1d12h")]
    [InlineData("1234567890s")]
    [InlineData("٣d")]
    public void TryParse_OfAnythingElse_Fails(string text) => Assert.False(Duration.TryParse(text, out _));
}
