using System.Globalization;
using Attribution.Model.Credits;

namespace Attribution.Reporter.Commands;

/// <summary>The order in which models stand beside each other. Stateless.</summary>
internal static class ModelOrder
{
    /// <summary>Sorts the engine's own models as it numbers them, and a config's own after them.</summary>
    public static string Key(string name) => CreditModels.TryParse(name, out CreditModel model)
        ? ((int)model).ToString("00", CultureInfo.InvariantCulture)
        : name;

    public static IEnumerable<T> InOrder<T>(this IEnumerable<T> items, Func<T, string> model) =>
        items.OrderBy(item => Key(model(item)), StringComparer.Ordinal);
}
