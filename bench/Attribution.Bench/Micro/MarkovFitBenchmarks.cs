using Attribution.Model.Fitting;
using Attribution.Simulator;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of a Markov fit over 30 channels: gathering the paths, then counting and solving; beside what
/// packages that simulate do. One thread.
/// </summary>
[MemoryDiagnoser]
public class MarkovFitBenchmarks
{
    private const int Channels = 30;
    private const int MaxSteps = 8;

    /// <summary>R's ChannelAttribution begins with ten folds of 100,000 simulated journeys.</summary>
    private const int SimulatedJourneys = 1_000_000;

    private static readonly string[] Names =
        [.. Enumerable.Range(0, Channels).Select(i => $"Channel {i:00}")];

    private string[][] _journeys = [];
    private ChannelPaths _paths = new();
    private SimulatedChain? _chain;

    /// <summary>Journeys, nearly all of different paths.</summary>
    [Params(10_000, 1_000_000)]
    public int Paths { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new SplitMix(7);
        _journeys = new string[Paths][];
        for (int i = 0; i < Paths; i++)
        {
            var journey = new string[2 + random.Below(MaxSteps - 1)];
            for (int step = 0; step < journey.Length; step++)
                journey[step] = Names[random.Below(Channels)];
            _journeys[i] = journey;
        }

        _paths = Gather();
        _chain = new SimulatedChain(MarkovChain.Fit(_paths, 1), Names);
    }

    /// <summary>Removal effects of all channels from walks of the chain, good to about 1 per cent.</summary>
    [Benchmark(Baseline = true)]
    public double Simulate() => _chain!.RemovalEffects(SimulatedJourneys)[0];

    [Benchmark]
    public ChannelPaths Gather()
    {
        var paths = new ChannelPaths();
        for (int i = 0; i < _journeys.Length; i++)
            paths.Add(_journeys[i], i % 20 == 0 ? 1 : 0, 0, i % 20 == 0 ? 0 : 1);
        return paths;
    }

    [Benchmark]
    public double FitOrder1() => MarkovChain.Fit(_paths, 1).ConversionProbability;

    [Benchmark]
    public double FitOrder2() => MarkovChain.Fit(_paths, 2).ConversionProbability;

    [Benchmark]
    public double FitOrder3() => MarkovChain.Fit(_paths, 3).ConversionProbability;

    [Benchmark]
    public double FitShapley() => ShapleyFit.Fit(_paths, ShapleyForm.Simplified).Channels[0].Effect;

    /// <summary>A chain of order 1 as cumulative rows, to walk at random. Owned by the benchmark.</summary>
    private sealed class SimulatedChain
    {
        private const int Start = 0;
        private const int Conversion = Channels + 1;
        private const int Null = Channels + 2;
        private readonly double[][] _rows = new double[Channels + 1][];
        private SplitMix _random = new(11);

        public SimulatedChain(MarkovFit fit, string[] names)
        {
            for (int state = 0; state < _rows.Length; state++)
                _rows[state] = new double[Null + 1];
            foreach (MarkovTransition step in fit.Transitions())
                _rows[IndexOf(step.From, names)][IndexOf(step.To, names)] = step.Probability;
            foreach (double[] row in _rows)
            {
                for (int to = 1; to < row.Length; to++)
                    row[to] += row[to - 1];
            }
        }

        /// <summary>The share of converting walks that passed each channel.</summary>
        public double[] RemovalEffects(int walks)
        {
            var passed = new long[Channels + 1];
            long converted = 0;
            for (int walk = 0; walk < walks; walk++)
            {
                uint visited = 0;
                int state = Start;
                while (state <= Channels)
                {
                    visited |= 1u << state;
                    state = Next(_rows[state]);
                }

                if (state != Conversion)
                    continue;
                converted++;
                for (int channel = 1; channel <= Channels; channel++)
                    passed[channel] += (visited >> channel) & 1;
            }

            return [.. passed.Skip(1).Select(count => (double)count / converted)];
        }

        private int Next(double[] row)
        {
            double draw = (_random.Next() >> 11) * (1.0 / (1L << 53));
            int to = Array.BinarySearch(row, draw);
            to = to < 0 ? ~to : to + 1;
            return Math.Min(to, Null);
        }

        private static int IndexOf(string state, string[] names) => state switch
        {
            MarkovFit.Start => Start,
            MarkovFit.Conversion => Conversion,
            MarkovFit.Null => Null,
            _ => Array.IndexOf(names, state) + 1,
        };
    }
}
