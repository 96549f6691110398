using System.CommandLine;
using Attribution.Model.Fitting;

namespace Attribution.Reporter.Commands.Fit;

/// <summary>What is fitted, how, and what is shown of it; validated. Immutable.</summary>
internal sealed record FitSettings
{
    /// <summary>Null for a Markov chain.</summary>
    public ShapleyForm? Form { get; init; }

    public int Order { get; init; } = 1;
    public required IReadOnlyList<PathTransform> Transforms { get; init; }
    public required string DirectChannel { get; init; }
    public required FitView View { get; init; }

    /// <summary>Where the table goes; null is nowhere.</summary>
    public string? TableFile { get; init; }

    /// <summary>Whether the table is kept in <c>fits</c>, where configs find it.</summary>
    public bool IsSaved { get; init; }
}

/// <summary>What is shown of a fit. A value.</summary>
internal enum FitView
{
    Credits,
    Transitions,
    Positions,
}

/// <summary>The options of <c>fit</c>, and how they become settings. Owned by the command.</summary>
internal sealed class FitOptions
{
    private readonly Argument<string> _model = new("MODEL") { Description = "markov or shapley." };

    private readonly Option<string?> _paths = new("--paths")
    {
        Description = "A CSV of paths: columns path (channels with ' > ' between them), conversions, value, "
            + "nulls. Otherwise the paths of the range's conversions, attributed under --config.",
        HelpName = "FILE",
    };

    private readonly Option<string> _currency = new("--currency")
    {
        Description = "Whose values count, of the paths of a range: those of other currencies do not add up.",
        HelpName = "CODE",
        DefaultValueFactory = _ => "USD",
    };

    private readonly Option<bool> _save = new("--save")
    {
        Description = "Stores the fitted table, so that configs can name it by its hash.",
    };

    private readonly Option<int?> _order = new("--order")
    {
        Description = "markov: how many channels a state remembers, 1 to 4; 1 otherwise.",
        HelpName = "K",
    };

    private readonly Option<string?> _value = new("--value")
    {
        Description = "shapley: simplified (otherwise), ordered (by position), or rate (of conversion).",
        HelpName = "FORM",
    };

    private readonly Option<string?> _transform = new("--transform")
    {
        Description = "Applied to the paths in this order, comma between: "
            + string.Join(", ", PathTransforms.AllNames) + ".",
        HelpName = "NAMES",
    };

    private readonly Option<string> _direct = new("--direct")
    {
        Description = "Which channel the transforms that drop direct visits drop.",
        HelpName = "CHANNEL",
        DefaultValueFactory = _ => PathTransforms.DirectChannel,
    };

    private readonly Option<string> _show = new("--show")
    {
        Description = "credits; transitions (markov); or positions (shapley --value ordered).",
        HelpName = "WHAT",
        DefaultValueFactory = _ => "credits",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Writes the fitted table, which a config names by its hash.",
        HelpName = "TABLE.json",
    };

    public void AddTo(Command command)
    {
        _model.AcceptOnlyFromAmong("markov", "shapley");
        _show.AcceptOnlyFromAmong("credits", "transitions", "positions");
        command.Arguments.Add(_model);
        foreach (Option option in (Option[])[
            _paths, _order, _value, _transform, _direct, _show, _currency, _save, _output,
        ])
            command.Options.Add(option);
    }

    /// <summary>The file of paths; null where another source is meant.</summary>
    public string? PathsFile(ParseResult parsed) => parsed.GetValue(_paths);

    public string CurrencyCode(ParseResult parsed) => parsed.GetRequiredValue(_currency);

    /// <summary>Packed as <c>EventHeader.Currency</c>.</summary>
    /// <exception cref="UsageException">It is no currency.</exception>
    public uint Currency(ParseResult parsed)
    {
        string code = CurrencyCode(parsed);
        if (code.Length != 3 || !code.All(char.IsAsciiLetterUpper))
            throw new UsageException($"--currency: '{code}' is no ISO 4217 code of three capital letters.");
        return code[0] | ((uint)code[1] << 8) | ((uint)code[2] << 16);
    }

    /// <exception cref="UsageException">A value makes no sense, or not with this model.</exception>
    public FitSettings Read(ParseResult parsed)
    {
        bool isMarkov = parsed.GetRequiredValue(_model) == "markov";
        int? order = parsed.GetValue(_order);
        string? value = parsed.GetValue(_value);
        if (!isMarkov && order is not null)
            throw new UsageException("--order is of markov; shapley has --value.");
        if (isMarkov && value is not null)
            throw new UsageException("--value is of shapley; markov has --order.");
        if (order is < 1 or > MarkovChain.MaxOrder)
            throw new UsageException($"--order: {order} is not from 1 to {MarkovChain.MaxOrder}.");

        ShapleyForm? form = isMarkov ? null : Form(value);
        return new FitSettings
        {
            Form = form,
            Order = order ?? 1,
            Transforms = Transforms(parsed.GetValue(_transform)),
            DirectChannel = parsed.GetRequiredValue(_direct),
            View = View(parsed.GetRequiredValue(_show), form),
            TableFile = parsed.GetValue(_output),
            IsSaved = parsed.GetValue(_save),
        };
    }

    private static ShapleyForm Form(string? name) => name switch
    {
        null or "simplified" => ShapleyForm.Simplified,
        "ordered" => ShapleyForm.Ordered,
        "rate" => ShapleyForm.Rate,
        _ => throw new UsageException($"--value: '{name}' is none of simplified, ordered, rate."),
    };

    private static FitView View(string name, ShapleyForm? form) => (name, form) switch
    {
        ("credits", _) => FitView.Credits,
        ("transitions", null) => FitView.Transitions,
        ("positions", ShapleyForm.Ordered) => FitView.Positions,
        ("transitions", _) => throw new UsageException("--show transitions is of markov."),
        _ => throw new UsageException("--show positions is of shapley --value ordered."),
    };

    private static List<PathTransform> Transforms(string? names)
    {
        var transforms = new List<PathTransform>();
        foreach (string name in names?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (!PathTransforms.TryParse(name, out PathTransform transform))
                throw new UsageException(
                    $"--transform: '{name}' is none of {string.Join(", ", PathTransforms.AllNames)}.");
            transforms.Add(transform);
        }

        return transforms;
    }
}
