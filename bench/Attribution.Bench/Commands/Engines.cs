using System.CommandLine;

namespace Attribution.Bench.Commands;

/// <summary>The options that several commands have in common. Each call makes new ones.</summary>
internal static class Engines
{
    public static Option<Uri> UrlOption() =>
        Address("--url", "http://127.0.0.1:8080", "Where the engine listens.");

    public static Option<Uri> ClickHouseOption() =>
        Address("--clickhouse", "http://127.0.0.1:8123", "Where ClickHouse answers HTTP.");

    public static Option<string> DatabaseOption() =>
        new("--database") { Description = "Its database.", DefaultValueFactory = _ => "attribution" };

    public static Option<string?> KeyOption() => new("--key") { Description = "A project's write key." };

    public static Option<FileInfo?> JsonOption() =>
        new("--json", "--out")
        {
            Description = "Write the result with machine, commit and command to this file.",
        };

    public static Option<int> Number(string name, int value, int low, int high, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any())
                return;
            int given = result.GetValueOrDefault<int>();
            if (given < low || given > high)
                result.AddError($"{name} must be between {low:N0} and {high:N0}.");
        });
        return option;
    }

    private static Option<Uri> Address(string name, string value, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => new Uri(value),
        CustomParser = result =>
        {
            bool isUri = Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? uri);
            if (isUri && uri!.Scheme == Uri.UriSchemeHttp)
                return uri;
            result.AddError($"{name} must be an address such as {value}.");
            return null;
        },
    };
}
