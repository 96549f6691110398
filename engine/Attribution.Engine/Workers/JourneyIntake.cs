using Attribution.Model.Events;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// Puts what an event means where it belongs in its person's journey, and says which conversions that may
/// change. Owned by one worker thread.
/// </summary>
internal sealed class JourneyIntake(JourneyStore journeys, HistoryNeeds needs)
{
    private const int MilestoneKinds = 3;

    public void Add(
        in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes, ref JourneyChange change)
    {
        int milestones = role.Milestones & needs.Milestones;
        if (!role.IsTouch && !role.IsConversion && milestones == 0)
            return;

        int place = journeys.FindOrAdd(record.Person, record.Header.TimestampMillis);
        ref PersonState person = ref journeys.Person(place);
        ReadOnlySpan<byte> eventId = record.Field(EventField.EventId, eventBytes);
        if (role.IsTouch)
            AddTouch(ref person, ToTouch(role, record, eventBytes), eventId, ref change);
        if (role.IsConversion)
            AddConversion(ref person, role, record, eventBytes, ref change);
        for (int kind = 0; milestones >> kind != 0 && kind < MilestoneKinds; kind++)
        {
            if ((milestones & (1 << kind)) != 0)
                AddMilestone(ref person, (MilestoneKind)kind, record, eventId, ref change);
        }
    }

    /// <summary>The touch that an event is, but for its event id.</summary>
    public Touch ToTouch(in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes)
    {
        Touch touch = role.Touch;
        touch.TypeId = journeys.Texts.Intern(record.Field(EventField.Type, eventBytes));
        touch.SourceId = journeys.Texts.Intern(role.Source);
        touch.MediumId = journeys.Texts.Intern(role.Medium);
        touch.CampaignId = journeys.Texts.Intern(role.Campaign);
        return touch;
    }

    /// <summary>Makes another person's touch part of a journey: it matched by address and device.</summary>
    /// <returns>False where it was part of it before.</returns>
    public bool AddCopy(
        ref PersonState person, Touch touch, ReadOnlySpan<byte> eventId, ref JourneyChange change)
    {
        touch.Flags |= TouchFlags.Probabilistic;
        return AddTouch(ref person, touch, eventId, ref change);
    }

    private bool AddTouch(
        ref PersonState person, Touch touch, ReadOnlySpan<byte> eventId, ref JourneyChange change)
    {
        if (!journeys.Texts.TryPackId(eventId, out touch.EventId))
        {
            journeys.MarkDropped(ref person, touch.TimeMillis);
        }
        else
        {
            InsertOutcome outcome = journeys.InsertTouch(ref person, touch);
            if (outcome != InsertOutcome.Inserted)
                journeys.Texts.Release(touch.EventId);
            if (outcome == InsertOutcome.Known)
                return false;
        }

        // A touch that was dropped changes rows too: they say so.
        change.Reach(touch.TimeMillis - needs.AfterMillis, touch.TimeMillis + needs.ReachMillis);
        return true;
    }

    private void AddConversion(
        ref PersonState person, in EventRole role, in EventRecord record, ReadOnlySpan<byte> eventBytes,
        ref JourneyChange change)
    {
        var conversion = new Conversion
        {
            ProjectId = journeys.Texts.InternProject(record.Field(EventField.Project, eventBytes)),
            TypeId = journeys.Texts.Intern(record.Field(EventField.Type, eventBytes)),
            Currency = record.Header.Currency,
            Kind = role.ConversionKind,
            TimeMillis = record.Header.TimestampMillis,
            InstallBeginMillis = role.InstallBeginMillis,
            RevenueTenThousandths = record.Header.RevenueTenThousandths,
        };
        if (!journeys.Texts.TryPackId(
            record.Field(EventField.EventId, eventBytes), out conversion.EventId))
        {
            journeys.MarkDroppedConversion(ref person, conversion.TimeMillis);
            return;
        }

        person.MayBeIncomplete |= !journeys.Texts.TrySetUserId(
            ref conversion, record.Field(EventField.UserId, eventBytes));
        if (journeys.InsertConversion(ref person, conversion) == InsertOutcome.Known)
        {
            journeys.Texts.Release(conversion);
            return;
        }

        change.Converted(conversion);
        change.Reach(conversion.TimeMillis, needs.ReachOf(conversion));
    }

    private void AddMilestone(
        ref PersonState person, MilestoneKind kind, in EventRecord record, ReadOnlySpan<byte> eventId,
        ref JourneyChange change)
    {
        var milestone = new Milestone { TimeMillis = record.Header.TimestampMillis, Kind = kind };
        bool isPacked = journeys.Texts.TryPackId(eventId, out milestone.EventId);
        InsertOutcome outcome =
            isPacked ? journeys.InsertMilestone(ref person, milestone) : InsertOutcome.Dropped;
        if (outcome != InsertOutcome.Inserted)
            journeys.Texts.Release(milestone.EventId);
        person.MayBeIncomplete |= !isPacked;
        if (outcome != InsertOutcome.Known)
            change.Reach(milestone.TimeMillis, milestone.TimeMillis + needs.ReachMillis);
    }
}
