using System.Runtime.InteropServices;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Workers;

/// <summary>
/// The conversions that one event left without room in its person's journey, with their texts, until their
/// rows are written a last time. Owned by one worker thread.
/// </summary>
internal sealed class UnkeptConversions(JourneyTexts texts)
{
    private readonly List<Conversion> _conversions = [];
    private ulong _person;

    /// <summary>
    /// Which conversion goes where one too many comes: the oldest, but installs, which later ones depend on,
    /// go last.
    /// </summary>
    /// <param name="at">Where the new one would stand.</param>
    /// <returns>Its index; −1 for the new one.</returns>
    public static int LeastOf(ReadOnlySpan<Conversion> run, int at, ConversionKind newKind)
    {
        for (int i = 0; i < run.Length; i++)
        {
            if (i == at && newKind != ConversionKind.Install)
                return -1;
            if (run[i].Kind != ConversionKind.Install)
                return i;
        }

        return newKind != ConversionKind.Install || at == 0 ? -1 : 0;
    }

    /// <param name="person">Of one event all are the same person's.</param>
    /// <param name="conversion">Its texts are released with it.</param>
    public void Add(ulong person, in Conversion conversion)
    {
        _person = person;
        _conversions.Add(conversion);
    }

    /// <summary>Those of a person, in no order.</summary>
    public ReadOnlySpan<Conversion> Of(ulong person) =>
        person == _person ? CollectionsMarshal.AsSpan(_conversions) : default;

    public bool Contains(ulong person, in Conversion conversion)
    {
        foreach (ref readonly Conversion unkept in Of(person))
        {
            if (unkept.TimeMillis == conversion.TimeMillis && unkept.EventId.Equals(conversion.EventId))
                return true;
        }

        return false;
    }

    /// <summary>Forgets all, and gives back their texts.</summary>
    public void Release()
    {
        foreach (ref readonly Conversion unkept in CollectionsMarshal.AsSpan(_conversions))
            texts.Release(unkept);
        _conversions.Clear();
    }
}
