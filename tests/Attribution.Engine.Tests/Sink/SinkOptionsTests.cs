using System.ComponentModel.DataAnnotations;
using Attribution.Engine.Sink;

namespace Attribution.Engine.Tests.Sink;

public class SinkOptionsTests
{
    public static TheoryData<string, SinkOptions> OutOfRange => new()
    {
        { nameof(SinkOptions.MaxBatchRows), new SinkOptions { MaxBatchRows = 0 } },
        { nameof(SinkOptions.MaxBatchRows), new SinkOptions { MaxBatchRows = 1_000_001 } },
        { nameof(SinkOptions.MaxBatchBytes), new SinkOptions { MaxBatchBytes = 1 } },
        { nameof(SinkOptions.MaxBatchAge), new SinkOptions { MaxBatchAge = TimeSpan.Zero } },
        { nameof(SinkOptions.MaxBatchAge), new SinkOptions { MaxBatchAge = TimeSpan.FromHours(1) } },
        { nameof(SinkOptions.MaxOpenPartitions), new SinkOptions { MaxOpenPartitions = 0 } },
        { nameof(SinkOptions.MaxSealedBlocks), new SinkOptions { MaxSealedBlocks = 0 } },
        { nameof(SinkOptions.MaxInFlight), new SinkOptions { MaxInFlight = 0 } },
        { nameof(SinkOptions.SpillAfter), new SinkOptions { SpillAfter = TimeSpan.Zero } },
        { nameof(SinkOptions.RetryBaseDelay), new SinkOptions { RetryBaseDelay = TimeSpan.Zero } },
        { nameof(SinkOptions.RetryMaxDelay), new SinkOptions { RetryMaxDelay = TimeSpan.FromHours(1) } },
    };

    [Fact]
    public void Validate_Defaults_AreInRange() => new SinkOptions().Validate();

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_OutOfRange_NamesTheOption(string option, SinkOptions options)
    {
        var error = Assert.Throws<ValidationException>(options.Validate);

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }
}
