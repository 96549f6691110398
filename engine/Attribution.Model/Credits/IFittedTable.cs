namespace Attribution.Model.Credits;

/// <summary>Weights that were fitted to a range of paths; immutable, and named by their hash.</summary>
public interface IFittedTable
{
    /// <summary>SHA-256 of the canonical document in lower-case hex.</summary>
    string Hash { get; }

    /// <summary><see cref="CreditModel.Markov"/> or <see cref="CreditModel.Shapley"/>.</summary>
    CreditModel Model { get; }

    /// <summary>Whether a channel's weight is shared by its touches within one journey.</summary>
    bool SharesWithinChannel { get; }

    /// <summary>0 to 1,000,000,000; 0 for a channel the table does not know.</summary>
    /// <param name="position">0-based, among the touches that take part.</param>
    ulong Weight(string channel, int position);
}
