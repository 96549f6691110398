using Attribution.Model.Configs;

namespace Attribution.Model.Credits;

/// <summary>
/// One model made ready for computing: its weigher, where it has one. Immutable.
/// </summary>
internal sealed class ModelPlan
{
    public ModelPlan(ModelSpec spec, AttributionConfig config)
    {
        Kind = spec.Kind;
        Position = spec.Kind switch
        {
            CreditModel.PositionBased => new PositionWeigher(config.PositionBased),
            CreditModel.JShaped => new PositionWeigher(config.JShaped),
            CreditModel.InverseJ => new PositionWeigher(config.InverseJ),
            CreditModel.Custom => new PositionWeigher(config.CustomWeights[spec.Custom]),
            _ => null,
        };
        Milestone = spec.Kind switch
        {
            CreditModel.WShaped => new MilestoneWeigher(config.WShaped, namesLast: false),
            CreditModel.FullPath => new MilestoneWeigher(config.FullPath, namesLast: true),
            _ => null,
        };
        IFittedTable? table = spec.Kind switch
        {
            CreditModel.Markov => config.Markov,
            CreditModel.Shapley => config.Shapley,
            _ => null,
        };
        Fitted = table is null ? null : new FittedWeigher(table, config);
        if (Fitted is null && spec.Kind is CreditModel.Markov or CreditModel.Shapley)
            throw new ArgumentException($"The model {spec.Name} has no fitted table.", nameof(config));
    }

    public CreditModel Kind { get; }
    public PositionWeigher? Position { get; }
    public MilestoneWeigher? Milestone { get; }
    public FittedWeigher? Fitted { get; }

    /// <summary>Whether one touch at most takes everything.</summary>
    public bool HasWinner => Kind is CreditModel.First or CreditModel.Last or CreditModel.LastNonDirect
        or CreditModel.Mmp or CreditModel.MmpRetargeting;
}
