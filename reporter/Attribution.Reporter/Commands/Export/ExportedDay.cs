namespace Attribution.Reporter.Commands.Export;

/// <summary>A day's file as the manifest of a folder has it. Immutable.</summary>
/// <param name="Day">In the export's zone.</param>
/// <param name="File">Its name within the folder.</param>
internal sealed record ExportedDay(DateOnly Day, string File)
{
    public required DateTime From { get; init; }

    public required DateTime To { get; init; }

    /// <summary>Null where rows came and went while it was written.</summary>
    public required long? Rows { get; init; }

    public required long Bytes { get; init; }

    /// <summary>In hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether its time had gone by when it was written: another run leaves it alone.</summary>
    public required bool IsFinished { get; init; }
}
