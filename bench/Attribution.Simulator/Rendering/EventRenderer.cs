using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Rendering;

/// <summary>
/// Writes a planned event as one JSON object of the event contract. The same event gives the same bytes
/// however often it is written. Immutable: any number of threads may share it.
/// </summary>
internal sealed class EventRenderer(SimulatorOptions options)
{
    /// <summary>No event of this world is longer.</summary>
    public const int MaxEventBytes = 2_048;

    public const int EpochMillisDigits = 13;

    private readonly long _endMillis = options.EndMillis;

    /// <summary>
    /// The digits of <c>sent_at</c> begin at <paramref name="sentAtOffset"/>, which is -1 without one.
    /// </summary>
    /// <returns>The bytes written.</returns>
    public int Write(in PlannedEvent planned, in Person person, Span<byte> target, out int sentAtOffset)
    {
        ulong seed = planned.Seed(person.Seed);
        var cursor = new Utf8Cursor(target);
        cursor.Put("{\"type\":\""u8);
        cursor.Put(EventTypes.NameUtf8(planned.Type));
        cursor.Put("\",\"event_id\":\""u8);
        Ids.Event(ref cursor, seed);
        cursor.Put((byte)'"');
        PutTime(ref cursor, planned, person, seed);
        sentAtOffset = PutSentAt(ref cursor, person);
        PutIds(ref cursor, planned, person);
        PutTouch(ref cursor, planned, person, seed);
        PutSurroundings(ref cursor, planned, person);
        if (EventTypes.HasRevenue(planned.Type))
            PutRevenue(ref cursor, planned, person, seed);
        PutProperties(ref cursor, planned, seed);
        cursor.Put((byte)'}');
        return cursor.Position;
    }

    /// <summary>What the person's clock showed, written in the way the person's SDK writes time.</summary>
    private static void PutTime(ref Utf8Cursor cursor, in PlannedEvent planned, in Person person, ulong seed)
    {
        long shown = planned.TrueMillis + person.SkewMillis;
        cursor.Put(",\"timestamp\":"u8);
        uint way = person.Style % 10;
        if (way < 2)
        {
            cursor.Number(shown);
            return;
        }

        cursor.Put((byte)'"');
        cursor.Rfc3339(shown, way == 2 ? (int)(seed % 3) - 1 : 0);
        cursor.Put((byte)'"');
    }

    private int PutSentAt(ref Utf8Cursor cursor, in Person person)
    {
        if (person.SkewMillis == 0)
            return -1;
        cursor.Put(",\"sent_at\":"u8);
        int offset = cursor.Position;
        cursor.Number(_endMillis + person.SkewMillis);
        return offset;
    }

    private static void PutIds(ref Utf8Cursor cursor, in PlannedEvent planned, in Person person)
    {
        if (planned.Has(EventTraits.HasUserId))
        {
            cursor.Put(",\"user_id\":\""u8);
            Ids.User(ref cursor, person);
            cursor.Put((byte)'"');
        }

        if (planned.Has(EventTraits.HasAnonymousId))
        {
            cursor.Put(",\"anonymous_id\":\""u8);
            Ids.Anonymous(ref cursor, person, planned.Has(EventTraits.SecondBrowser));
            cursor.Put((byte)'"');
        }

        if (planned.Has(EventTraits.HasDeviceId))
        {
            cursor.Put(",\"device_id\":\""u8);
            Ids.Device(ref cursor, person);
            cursor.Put((byte)'"');
        }
    }

    private static void PutTouch(ref Utf8Cursor cursor, in PlannedEvent planned, in Person person, ulong seed)
    {
        Campaign campaign = Campaigns.All[planned.Campaign];
        switch (planned.Type)
        {
            case EventType.Impression:
            case EventType.Open:
                cursor.Put(campaign.Fields);
                break;
            case EventType.Click:
            case EventType.Visit:
                PutLanding(ref cursor, campaign, person, seed);
                break;
            case EventType.Install when !UserAgents.IsApple(person):
                PutInstallReferrer(ref cursor, planned, campaign, person);
                break;
            case EventType.AddToCart:
            case EventType.Search:
                cursor.Put(",\"url\":\"https://www.acme.example/cart\""u8);
                break;
        }
    }

    /// <summary>
    /// Two senders in three tag the address; the others read it themselves and send fields.
    /// </summary>
    private static void PutLanding(ref Utf8Cursor cursor, Campaign campaign, in Person person, ulong seed)
    {
        bool isTagged = (person.Style >> 16) % 3 > 0;
        byte separator = (byte)'?';
        if (!isTagged)
            cursor.Put(campaign.Fields);
        if (!isTagged && campaign.ClickIdNameUtf8.Length > 0 && campaign.Fields.Length > 0)
        {
            cursor.Put(",\"click_id\":\""u8);
            Ids.Click(ref cursor, seed);
            cursor.Put((byte)'"');
        }

        cursor.Put(",\"url\":\"https://www.acme.example/products/"u8);
        cursor.Number((long)(seed >> 40) % 5_000);
        if (isTagged && campaign.Query.Length > 0)
        {
            cursor.Put(separator);
            cursor.Put(campaign.Query);
            separator = (byte)'&';
        }

        // A click id without UTM parameters says what it is only by its parameter's name, so it stays in the
        // address.
        if (campaign.ClickIdNameUtf8.Length > 0 && (isTagged || campaign.Fields.Length == 0))
        {
            cursor.Put(separator);
            cursor.Put(campaign.ClickIdNameUtf8);
            cursor.Put((byte)'=');
            Ids.Click(ref cursor, seed);
        }

        cursor.Put((byte)'"');
        if (campaign.ReferrerUtf8.Length > 0)
        {
            cursor.Put(",\"referrer\":\""u8);
            cursor.Put(campaign.ReferrerUtf8);
            cursor.Put((byte)'"');
        }
    }

    private static void PutInstallReferrer(
        ref Utf8Cursor cursor, in PlannedEvent planned, Campaign campaign, in Person person)
    {
        cursor.Put(",\"install_referrer\":\""u8);
        if (campaign.Query.Length == 0)
        {
            cursor.Put("utm_source=google-play&utm_medium=organic\""u8);
            return;
        }

        cursor.Put(campaign.Query);
        if (campaign.ClickIdNameUtf8.Length > 0)
        {
            cursor.Put((byte)'&');
            cursor.Put(campaign.ClickIdNameUtf8);
            cursor.Put((byte)'=');
            Ids.Click(ref cursor, PlannedEvent.SeedOf(person.Seed, planned.ClickIndex));
        }

        cursor.Put((byte)'"');
    }

    private static void PutSurroundings(ref Utf8Cursor cursor, in PlannedEvent planned, in Person person)
    {
        uint style = person.Style >> 20;
        if (style % 5 > 0)
        {
            cursor.Put(",\"ip\":\""u8);
            PutAddress(ref cursor, person);
            cursor.Put((byte)'"');
        }

        if (style % 8 > 0)
        {
            bool isApp = planned.Type is EventType.Install or EventType.Open;
            cursor.Put(",\"user_agent\":\""u8);
            cursor.Put(UserAgents.Of(person, isApp, planned.Has(EventTraits.SecondBrowser)));
            cursor.Put((byte)'"');
        }

        if (style % 3 > 0)
        {
            cursor.Put(",\"country\":\""u8);
            cursor.Put(Countries.CodeUtf8(person.Country));
            cursor.Put((byte)'"');
        }
    }

    private static void PutAddress(ref Utf8Cursor cursor, in Person person)
    {
        ulong address = SplitMix.At(person.Seed, 30);
        if (address % 8 == 0)
        {
            cursor.Put("2001:db8:"u8);
            cursor.Hex(address >> 48, 4);
            cursor.Put("::"u8);
            cursor.Hex(address >> 32, 4);
            return;
        }

        // 198.18.0.0/15 is set apart for measurements.
        cursor.Put("198."u8);
        cursor.Number(18 + (long)((address >> 8) & 1));
        cursor.Put((byte)'.');
        cursor.Number((long)((address >> 16) & 255));
        cursor.Put((byte)'.');
        cursor.Number((long)((address >> 24) & 255));
    }

    private static void PutRevenue(
        ref Utf8Cursor cursor, in PlannedEvent planned, in Person person, ulong seed)
    {
        bool isText = (seed >> 16) % 3 == 0;
        cursor.Put(",\"revenue\":"u8);
        if (isText)
            cursor.Put((byte)'"');
        Amounts.Put(ref cursor, Revenue.Of(planned, person), (seed >> 20) % 2 == 0 ? 2 : 0);
        if (isText)
            cursor.Put((byte)'"');

        // The contract's default currency need not be sent.
        ReadOnlySpan<byte> currency = Countries.CurrencyUtf8(person.Country);
        if (currency.SequenceEqual("USD"u8) && person.Style % 7 == 0)
            return;
        cursor.Put(",\"currency\":\""u8);
        cursor.Put(currency);
        cursor.Put((byte)'"');
    }

    private static void PutProperties(ref Utf8Cursor cursor, in PlannedEvent planned, ulong seed)
    {
        switch (planned.Type)
        {
            case EventType.Search:
                cursor.Put(",\"properties\":{\"query\":"u8);
                cursor.Put("\"\\\"trail\\\" chaussures d'été – 靴\",\"results\":"u8);
                cursor.Number((long)(seed % 400));
                cursor.Put((byte)'}');
                break;
            case EventType.AddToCart or EventType.Purchase:
                cursor.Put(",\"properties\":{\"items\":[{\"sku\":\"SKU-"u8);
                cursor.Number((long)(seed % 90_000));
                cursor.Put("\",\"quantity\":"u8);
                cursor.Number(1 + (long)((seed >> 8) % 3));
                cursor.Put(",\"sizes\":[42,42.5]}],\"coupon\":null,\"gift\":false}"u8);
                break;
            case EventType.Signup or EventType.Subscribe:
                cursor.Put(",\"properties\":{\"plan\":{\"name\":\"pro\",\"trial\":true}}"u8);
                break;
        }
    }
}
