using System.Net;
using System.Text;
using Attribution.ClickHouse.Native;
using Attribution.Model.Configs;
using Attribution.Model.Credits;
using Attribution.Model.Events;
using Attribution.Model.Identity;
using Attribution.Model.Journeys;
using Attribution.Replay.Reading;
using Attribution.Replay.Rows;
using Attribution.Replay.Sinks;

namespace Attribution.Replay.Tests.Support;

/// <summary>
/// A replay written the plain way, over lists in memory: what the real one is held against. Shares with it
/// the functions of the model and the spelling of rows. Stateless.
/// </summary>
internal static class NaiveReplay
{
    public static string Digest(IEnumerable<TestEvent> events, ReplayOptions options)
    {
        AttributionConfig config = options.Config;
        List<TestEvent> known = [.. events.Where(e => e.Project == options.Project)
            .GroupBy(e => (e.Time, e.Id)).Select(same => same.First())
            .OrderBy(e => e.TimeMillis).ThenBy(e => e.Id, StringComparer.Ordinal)];
        var texts = new ListTexts();
        var hashes = new RowHashes();
        IGrouping<ulong, TestEvent>[] persons = [.. ByPerson(known, config)];
        foreach (IGrouping<ulong, TestEvent> person in persons)
        {
            List<TestEvent> copies = [.. persons.Where(other => other.Key != person.Key)
                .SelectMany(other => other).Where(touch => person.Any(own => IsMatch(touch, own, config)))];
            Attribute([.. person], copies, person.Key, options, texts, hashes);
        }

        return RowHashes.Digest([hashes]);
    }

    /// <summary>Whether a touch may have led to an install, by address and device.</summary>
    private static bool IsMatch(TestEvent touch, TestEvent install, AttributionConfig config)
    {
        long age = install.TimeMillis - touch.TimeMillis;
        return config.Windows.HasProbabilistic && install.Type == "install"
            && touch.Type is "click" or "impression" && age >= 0 && age <= config.Windows.LongestProbabilistic
            && DeviceOf(touch) is { } device && device == DeviceOf(install);
    }

    private static ulong? DeviceOf(TestEvent each)
    {
        RecordBuilder record = RecordOf(each);
        return Fingerprint.TryOf(record.Record, record.Bytes, out ulong device) ? device : null;
    }

    /// <summary>Persons as sets of ids that are joined until nothing changes.</summary>
    private static IEnumerable<IGrouping<ulong, TestEvent>> ByPerson(
        List<TestEvent> events, AttributionConfig config)
    {
        var ids = new EventIds(config.Identity);
        var names = new Dictionary<ulong, ulong>();
        var ofEvent = new List<ulong[]>();
        foreach (TestEvent each in events)
        {
            RecordBuilder record = RecordOf(each);
            ids.Read(record.Record, record.Bytes);
            ofEvent.Add(ids.Count == 0 ? [ids.Strongest] : [.. ids.All.ToArray().Select(id => id.Hash)]);
        }

        foreach (ulong id in ofEvent.SelectMany(all => all))
            names[id] = id;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (ulong[] all in ofEvent)
            {
                ulong smallest = all.Min(id => names[id]);
                foreach (ulong id in all.Where(id => names[id] != smallest))
                {
                    names[id] = smallest;
                    changed = true;
                }
            }
        }

        return events.Select((each, i) => (each, Person: names[ofEvent[i][0]]))
            .GroupBy(pair => pair.Person, pair => pair.each);
    }

    private static void Attribute(
        List<TestEvent> events, List<TestEvent> copies, ulong person, ReplayOptions options, ListTexts texts,
        RowHashes hashes)
    {
        var classifier = new EventClassifier(options.Config);
        var touches = new List<Touch>();
        var conversions = new List<Conversion>();
        var milestones = new List<Milestone>();
        foreach (TestEvent each in events)
        {
            RecordBuilder record = RecordOf(each);
            EventRole role = classifier.Classify(record.Record, record.Bytes);
            if (role.IsTouch)
                touches.Add(texts.Complete(role, each));
            if (role.IsConversion)
                conversions.Add(texts.Conversion(role, each, record.Record.Header));
            for (int kind = 0; kind < 3; kind++)
            {
                if ((role.Milestones & (1 << kind)) != 0)
                    milestones.Add(texts.Milestone((MilestoneKind)kind, each));
            }
        }

        foreach (TestEvent copy in copies)
        {
            RecordBuilder record = RecordOf(copy);
            Touch touch = texts.Complete(classifier.Classify(record.Record, record.Bytes), copy);
            touch.Flags |= TouchFlags.Probabilistic;
            touches.Add(touch);
        }

        var history = new PersonHistory
        {
            Touches = touches.OrderBy(touch => touch, Comparer<Touch>.Create(
                (a, b) => TotalOrder.Compare(a, b, texts))).ToArray(),
            Conversions = conversions.ToArray(),
            Milestones = milestones.ToArray(),
            Texts = texts,
        };
        Write(history, person, options, hashes);
    }

    private static void Write(
        in PersonHistory history, ulong person, ReplayOptions options, RowHashes hashes)
    {
        var attributor = new Attributor(options.Config);
        var result = new AttributionResult(options.Config);
        var rows = new ConversionRows(options.Config);
        var row = new RowDigest(Encoding.UTF8.GetBytes(options.Config.Hash));
        for (int i = 0; i < history.Conversions.Length; i++)
        {
            long millis = history.Conversions[i].TimeMillis;
            if (millis < options.FromMillis || millis >= options.ToMillis)
                continue;
            attributor.Attribute(history, i, result);
            for (int model = 0; model < rows.ModelCount; model++)
            {
                rows.Write(row, history, result, model, new RowStamp { Person = person });
                hashes.Add(row.Hash());
            }
        }
    }

    private static RecordBuilder RecordOf(TestEvent each)
    {
        var record = new RecordBuilder();
        record.Begin(each.TimeMillis);
        (EventField Field, string Text)[] fields =
        [
            (EventField.Project, each.Project), (EventField.Type, each.Type), (EventField.EventId, each.Id),
            (EventField.UserId, each.User), (EventField.AnonymousId, each.Anonymous),
            (EventField.DeviceId, each.Device), (EventField.InstallReferrer, each.InstallReferrer),
            (EventField.Source, each.Source), (EventField.Medium, each.Medium),
            (EventField.Campaign, each.Campaign), (EventField.ClickId, each.ClickId),
            (EventField.Url, each.Url), (EventField.Referrer, each.Referrer),
            (EventField.UserAgent, each.UserAgent), (EventField.Properties, each.Properties),
        ];
        foreach ((EventField field, string text) in fields)
            record.Add(field, Encoding.UTF8.GetBytes(text));
        if (each.Revenue is { } revenue)
            record.SetRevenue((long)(revenue * 10_000));
        record.SetCurrency(Encoding.UTF8.GetBytes(each.Currency));
        IPv6 address = IPv6.From(IPAddress.Parse(each.Ip));
        record.SetAddress(address.First, address.Last);
        record.End();
        return record;
    }
}
