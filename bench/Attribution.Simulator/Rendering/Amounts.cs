namespace Attribution.Simulator.Rendering;

/// <summary>Writes exact amounts of money. Stateless.</summary>
internal static class Amounts
{
    /// <summary>As many decimals as the amount needs, and at least as many as asked.</summary>
    public static void Put(ref Utf8Cursor cursor, long tenThousandths, int minDecimals)
    {
        if (tenThousandths < 0)
            cursor.Put((byte)'-');
        long amount = Math.Abs(tenThousandths);
        cursor.Number(amount / 10_000);
        int fraction = (int)(amount % 10_000);
        int decimals = 4;
        while (decimals > minDecimals && fraction % 10 == 0)
        {
            fraction /= 10;
            decimals--;
        }

        if (decimals == 0)
            return;
        cursor.Put((byte)'.');
        cursor.Padded(fraction, decimals);
    }

    public static string Text(long tenThousandths)
    {
        var cursor = new Utf8Cursor(stackalloc byte[32]);
        Put(ref cursor, tenThousandths, minDecimals: 4);
        return cursor.Text;
    }
}
