namespace Attribution.Reporter.Tests.Support;

/// <summary>A touch of the known data: who it is, and what it earns under each model. Immutable.</summary>
internal sealed record KnownTouch(
    string Id, DateTime Time, string Channel, string Source, string Medium, string Campaign)
{
    /// <summary>In the order of the models; millionths.</summary>
    public required uint[] Credits { get; init; }

    /// <summary>In the order of the models; as decimal text.</summary>
    public required string[] Values { get; init; }

    public string Type { get; init; } = "click";
}

/// <summary>A conversion of the known data. Immutable.</summary>
internal sealed record KnownConversion(string Id, string Type, DateTime Time)
{
    public string Project { get; init; } = "default";
    public string Config { get; init; } = KnownData.NewConfig;
    public ulong Version { get; init; } = 100;
    public ulong Person { get; init; } = 7;
    public string User { get; init; } = "";
    public string Revenue { get; init; } = "0";
    public string Currency { get; init; } = "";
    public required KnownTouch[] Touches { get; init; }
}
