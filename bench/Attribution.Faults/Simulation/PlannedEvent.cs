namespace Attribution.Faults.Simulation;

/// <summary>An event that a client has to send, and what it knows of it. Owned by its client.</summary>
/// <param name="Name">The event id it is sent with, or a mark in its properties where it has none.</param>
internal sealed record PlannedEvent(string Name, string Json)
{
    /// <summary>The event id it is stored under; the name, where it was sent with one.</summary>
    public string Id { get; set; } = Name;

    /// <summary>Attempts so far: each may have been stored, whatever was answered.</summary>
    public int Attempts { get; set; }

    /// <summary>Answers of 200 that counted it as accepted.</summary>
    public int Accepted { get; set; }

    /// <summary>Answers that counted it as rejected.</summary>
    public int Rejected { get; set; }

    public bool IsAnswered => Accepted + Rejected > 0;
}
