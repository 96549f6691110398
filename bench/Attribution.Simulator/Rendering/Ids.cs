using Attribution.Simulator.Journeys;

namespace Attribution.Simulator.Rendering;

/// <summary>The texts of ids: what names an event, a person, a click. Stateless.</summary>
internal static class Ids
{
    /// <summary>Mostly UUIDs; short and long ids as other senders make them.</summary>
    public static void Event(ref Utf8Cursor cursor, ulong eventSeed)
    {
        ulong high = SplitMix.At(eventSeed, 1);
        ulong low = SplitMix.At(eventSeed, 2);
        switch (eventSeed % 20)
        {
            case < 16:
                cursor.Uuid(high, low);
                break;
            case < 19:
                cursor.Hex(high, 16);
                break;
            default:
                cursor.Put("evt_"u8);
                cursor.Hex(high, 16);
                cursor.Hex(low, 16);
                break;
        }
    }

    public static void User(ref Utf8Cursor cursor, in Person person)
    {
        cursor.Put("user-"u8);
        cursor.Hex(SplitMix.At(person.Seed, 10), 16);
    }

    public static void Anonymous(ref Utf8Cursor cursor, in Person person, bool isSecondBrowser)
    {
        ulong place = isSecondBrowser ? 14UL : 12UL;
        cursor.Uuid(SplitMix.At(person.Seed, place), SplitMix.At(person.Seed, place + 1));
    }

    /// <summary>An advertising id: upper case on iOS, lower case on Android.</summary>
    public static void Device(ref Utf8Cursor cursor, in Person person)
    {
        if (person.HasZeroDevice)
            cursor.Put("00000000-0000-0000-0000-000000000000"u8);
        else
            PutDevice(ref cursor, person);
    }

    private static void PutDevice(ref Utf8Cursor cursor, in Person person)
    {
        ulong high = SplitMix.At(person.Seed, 16);
        ulong low = SplitMix.At(person.Seed, 17);
        cursor.Uuid(high, low, UserAgents.IsApple(person));
    }

    public static void Click(ref Utf8Cursor cursor, ulong eventSeed)
    {
        for (uint i = 0; i < 4; i++)
            cursor.Base64Url(SplitMix.At(eventSeed, 20 + i));
    }
}
