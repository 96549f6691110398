namespace Attribution.Reporter.Commands;

/// <summary>Several texts as one that no other texts give, to look them up by. Stateless.</summary>
internal static class KeyText
{
    // Lengths keep keys apart whose texts hold any separator that could be chosen.
    public static string Of(string[] key) => string.Concat(key.Select(part => $"{part.Length}:{part}"));
}
