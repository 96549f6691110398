using System.Globalization;

namespace Attribution.Reporter.Commands;

/// <summary>The engine's number of a person as 16 hexadecimal digits. Stateless.</summary>
internal static class PersonHash
{
    private const int Digits = 16;

    public static string Text(ulong person) => person.ToString("x16", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out ulong person)
    {
        person = 0;
        return text.Length == Digits
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out person);
    }
}
