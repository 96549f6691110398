using FsCheck;

namespace Attribution.Model.Tests.Support;

/// <summary>
/// Runs properties with a stated number of cases. Stateless.
/// </summary>
internal static class Checks
{
    public static void CheckThrow(this Property property, int cases) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases), property);
}
