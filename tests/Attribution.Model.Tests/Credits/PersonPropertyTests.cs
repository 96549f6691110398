using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Evidence;
using Attribution.Model.Journeys;
using Attribution.Model.Tests.Support;

namespace Attribution.Model.Tests.Credits;

/// <remarks>
/// What must hold for every person under every config: several conversions, installs, openings, milestones,
/// touches of every kind and flag, on a grid of times that puts many at once and on the windows' edges.
/// </remarks>
public class PersonPropertyTests
{
    private const int Cases = 2_000;

    [Fact]
    public void Rows_OfAnyArrivalOrder_AreTheSameBytes()
    {
        int seed = 1;
        Persons.ForAll(Cases, person => Spelled(person.Attribute()) == Spelled(person.Attribute(seed++)));
    }

    [Fact]
    public void CreditsAndValues_OfEverySummingModel_SumExactly() =>
        Persons.ForAll(Cases, person => AllRows(person, (conversion, model, row) =>
        {
            long credits = row.Touches.Sum(touch => (long)touch.CreditMillionths);
            Int128 values = row.Touches.Aggregate((Int128)0, (sum, touch) => sum + touch.ValueTenThousandths);
            int wholes = model.IsSumming || row.Touches.Count == 0 ? 1 : row.Touches.Count;
            return row.Touches.Count == 0
                || (credits == 1_000_000L * wholes
                    && values == (Int128)wholes * conversion.RevenueTenThousandths);
        }));

    /// <summary>
    /// But for the mobile models, whose winners were inside their windows at the install or the opening.
    /// </summary>
    [Fact]
    public void Credit_OfATouchAfterTheConversionOrOutsideItsWindow_IsNone() =>
        Persons.ForAll(Cases, person => AllRows(person, (conversion, model, row) =>
            row.Touches.All(credited =>
            {
                Touch touch = person.Touches.Single(t => Persons.Id(t.EventId) == credited.Id);
                bool isMobile = model.Kind is CreditModel.Mmp or CreditModel.MmpRetargeting;
                IEnumerable<long> judgedAt = isMobile
                    ?
                    [
                        .. person.Conversions.Select(c => c.TimeMillis),
                        .. person.Milestones.Select(m => m.TimeMillis),
                    ]
                    : [conversion.TimeMillis];
                var reference = new ReferenceRules(person);
                return judgedAt.Any(time => time <= conversion.TimeMillis && touch.TimeMillis <= time
                    && reference.IsInWindow(touch, time - touch.TimeMillis));
            })));

    [Fact]
    public void Evidence_OfEveryRow_NamesEachCandidateThatIsNotCredited() =>
        Persons.ForAll(Cases, person =>
        {
            var result = new AttributionResult(person.Config);
            return AllRows(person, (conversion, model, row) =>
            {
                int index = Array.FindIndex(
                    person.Conversions, c => Persons.Id(c.EventId) == conversion.Id);
                new Attributor(person.Config).Attribute(HistoryOf(person), index, result);
                EvidenceDocument evidence = row.ReadEvidence();
                IEnumerable<string> candidates = person.Touches.Skip(result.CandidateStart)
                    .Take(result.CandidateCount).Select(t => Persons.Id(t.EventId));
                return evidence.Considered == result.CandidateCount
                    && evidence.Eligible == result.EligibleCount
                    && evidence.IsSumming == model.IsSumming
                    && candidates.Except(row.Touches.Select(t => t.Id))
                        .SequenceEqual(evidence.Rejected.Select(r => r.Touch))
                    && evidence.Rejected.All(r =>
                        EvidenceText.Describe(r).StartsWith(r.Rule, StringComparison.Ordinal));
            });
        });

    /// <summary>
    /// A touch too old or too late to be considered changes no byte; one that is considered and too old or
    /// too late changes nothing but its own line and the count.
    /// </summary>
    [Fact]
    public void Rows_WithAnIrrelevantTouchMore_AreTheSame() =>
        Persons.ForAll(Cases, person =>
        {
            Touch far = new() { TimeMillis = Histories.Noon - (900 * Histories.Day), Kind = TouchKind.View };
            CompactId.TryPack("far"u8, out far.EventId);
            Person with = person with { Touches = [far, .. person.Touches] };
            Touch late = new() { TimeMillis = Histories.Noon + (90 * Histories.Day), Kind = TouchKind.View };
            CompactId.TryPack("late"u8, out late.EventId);
            with = with with { Touches = [.. with.Touches, late] };
            return Spelled(person.Attribute()) == Spelled(with.Attribute());
        });

    [Fact]
    public void Rows_WithATouchMoreThatIsOutside_ChangeInItsOwnLineOnly() =>
        Persons.ForAll(Cases, person =>
        {
            Touch late = new() { TimeMillis = person.Conversions[^1].TimeMillis + 2, Kind = TouchKind.View };
            CompactId.TryPack("late"u8, out late.EventId);
            Touch old = new()
            {
                TimeMillis = person.Conversions[0].TimeMillis - person.Config.MaxLookbackMillis - 1,
                Kind = TouchKind.View,
                Flags = TouchFlags.Direct,
            };
            CompactId.TryPack("old"u8, out old.EventId);
            Person with = Persons.Sorted(person with { Touches = [.. person.Touches, late, old] });
            return person.Attribute().Zip(with.Attribute()).All(both =>
                both.First.Verdict == both.Second.Verdict
                && both.First.Models.Zip(both.Second.Models).All(pair =>
                    pair.First.Touches.SequenceEqual(pair.Second.Touches)
                    && pair.First.ReadEvidence().Rejected.SequenceEqual(
                        pair.Second.ReadEvidence().Rejected.Where(r => r.Touch is not ("late" or "old")))));
        });

    [Fact]
    public void Row_OfAConversion_DoesNotDependOnWhatComesLater() =>
        Persons.ForAll(Cases, person =>
        {
            IReadOnlyList<AttributedConversion> whole = person.Attribute();
            return Enumerable.Range(0, person.Conversions.Length).All(i =>
            {
                long now = person.Conversions[i].TimeMillis;
                Person until = person with
                {
                    Touches = [.. person.Touches.Where(t =>
                        t.TimeMillis <= now + person.Config.Candidates.AfterMillis)],
                    Conversions = person.Conversions[..(i + 1)],
                    Milestones = [.. person.Milestones.Where(m => m.TimeMillis <= now)],
                };
                return Spelled([whole[i]]) == Spelled([until.Attribute()[i]]);
            });
        });

    [Fact]
    public void Verdicts_OfEveryTouchAndConversion_AreThoseOfThePlainReference() =>
        Persons.ForAll(Cases, person =>
        {
            var reference = new ReferenceRules(person);
            var result = new AttributionResult(person.Config);
            var attributor = new Attributor(person.Config);
            return Enumerable.Range(0, person.Conversions.Length).All(i =>
            {
                attributor.Attribute(HistoryOf(person), i, result);
                return result.Verdict == reference.VerdictOf(i)
                    && result.Judgements.ToArray().Index()
                        .ToDictionary(j => result.CandidateStart + j.Index, j => j.Item.Verdict)
                        .SequenceEqual(reference.Verdicts(i));
            });
        });

    [Fact]
    public void Shares_OfEveryModel_AreThoseOfThePlainReference() =>
        Persons.ForAll(Cases, person =>
        {
            var reference = new ReferenceModels(person);
            var result = new AttributionResult(person.Config);
            var attributor = new Attributor(person.Config);
            return Enumerable.Range(0, person.Conversions.Length).All(i =>
            {
                attributor.Attribute(HistoryOf(person), i, result);
                return person.Config.Models.Index().All(model => model.Item.Kind == CreditModel.TimeDecay
                    ? IsNear(result, model.Index, reference.Decay(i))
                    : reference.Shares(i, model.Item).OrderBy(share => share.Key)
                        .Select(share =>
                            new CreditShare(share.Key, (uint)share.Value.Credit, share.Value.Value))
                        .SequenceEqual(result.Shares(model.Index).ToArray()));
            });
        });

    /// <summary>The properties above would say little of persons to whom the rules never apply.</summary>
    [Fact]
    public void Persons_AsGenerated_MeetEveryRuleAndVerdict()
    {
        var rules = new HashSet<string>();
        var verdicts = new HashSet<ConversionVerdict>();
        bool isReengaged = false;
        foreach (AttributedConversion conversion in Enumerable.Range(0, 4_000)
            .SelectMany(number => Persons.Numbered(number).Attribute()))
        {
            verdicts.Add(conversion.Verdict);
            foreach (EvidenceDocument evidence in conversion.Models.Select(model => model.ReadEvidence()))
            {
                rules.UnionWith(evidence.Rejected.Select(rejected => rejected.Rule));
                isReengaged |= evidence.Reengagement is not null;
                if (evidence.Fallback is not null)
                    rules.Add("fallback");
            }
        }

        Assert.Equal(Enum.GetValues<ConversionVerdict>(), verdicts.Order());
        Assert.True(isReengaged);
        Assert.Equal(
            [
                "after_conversion", "before_previous_conversion", "click_beaten_by_referrer", "direct",
                "duplicate", "earlier_than_last", "fallback", "fraud:injection", "fraud:max_clicks",
                "fraud:min_time_to_install", "fraud:x", "fraud:y", "id_mismatch", "install_decides",
                "later_than_first", "no_reengagement", "not_an_install", "not_retargeting", "other_currency",
                "outside_window", "over_limit", "probabilistic_beaten_by_deterministic",
                "view_beaten_by_click", "weight_zero",
            ],
            rules.Order(StringComparer.Ordinal));
    }

    private static bool IsNear(AttributionResult result, int model, double[] expected)
    {
        var credits = result.Shares(model).ToArray()
            .ToDictionary(share => share.Touch, share => share.Credit);
        return result.Eligible.ToArray().Zip(expected).All(pair =>
            Math.Abs(credits.GetValueOrDefault(pair.First) - (pair.Second * 1e6)) < 1.003);
    }

    private static bool AllRows(
        Person person, Func<AttributedConversion, ModelSpec, AttributedModel, bool> holds) =>
        person.Attribute().All(conversion => conversion.Models.Zip(person.Config.Models)
            .All(pair => holds(conversion, pair.Second, pair.First)));

    private static PersonHistory HistoryOf(Person person) => new()
    {
        Touches = person.Touches,
        Conversions = person.Conversions,
        Milestones = person.Milestones,
        Texts = InlineTexts.Instance,
    };

    private static string Spelled(IEnumerable<AttributedConversion> conversions) => string.Join('\n',
        conversions.SelectMany(conversion => conversion.Models.Select(model =>
            $"{conversion.Id} {conversion.Verdict} {model.Model} "
            + string.Join(
                ' ', model.Touches.Select(t => $"{t.Id}={t.CreditMillionths}={t.ValueTenThousandths}"))
            + System.Text.Encoding.UTF8.GetString(model.EvidenceJson.Span))));
}
