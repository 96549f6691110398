using Attribution.Reporter.Tests.Support;

namespace Attribution.Reporter.Tests.Commands;

/// <summary>Which currencies a table for people has, where there are more than fit.</summary>
public sealed class CurrencyChoiceTests(ManyCurrencies database) : IClassFixture<ManyCurrencies>
{
    private static readonly string[] Model = ["channels", "--model", "last", "--format", "table"];
    private static readonly string[] Models = ["channels", "--format", "table"];

    [Fact]
    public async Task Table_OfSixCurrencies_HasTheMostFrequentFour()
    {
        ReporterRun run = await database.RunAsync(Model);
        ReporterRun models = await database.RunAsync(Models);

        Assert.Matches("Share +CHF +EUR +USD +ZAR\n", run.Out);
        Assert.Matches(" CHF +EUR +USD +ZAR\n", models.Out);
        Assert.Contains(
            "--format csv has all: AUD, BRL, CHF, EUR, USD, ZAR.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_OfNamedColumns_HasAnyCurrency()
    {
        ReporterRun run = await database.RunAsync([.. Model, "--fields", "channel,value_BRL,value_USD"]);
        ReporterRun before = await database.RunAsync(
            [.. Model, "--compare", "previous", "--fields", "channel,value_AUD,value_AUD_before"]);
        ReporterRun models = await database.RunAsync([.. Models, "--fields", "channel,value_last_AUD"]);

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Matches("Email +2.00 +50.00\n", run.Out);
        Assert.Equal(ExitCode.Ok, before.Code);
        Assert.Matches("Email +1.00\n", models.Out);
    }

    [Fact]
    public async Task Threshold_OnATable_LooksAtAnyCurrency()
    {
        ReporterRun crossed =
            await database.RunAsync([.. Model, "--fail-if", "value_AUD < 2 and value_ZAR < 7"]);
        ReporterRun not =
            await database.RunAsync([.. Model, "--fail-if", "value_AUD < 2 and value_ZAR < 6"]);

        Assert.Equal((ExitCode.Crossed, ExitCode.Ok), (crossed.Code, not.Code));
    }
}

/// <summary>
/// Conversions of one channel: the later a currency's name in the alphabet, the more of them. The tests of
/// a class only read it.
/// </summary>
public sealed class ManyCurrencies : TestDatabase
{
    private static readonly string[] Codes = ["AUD", "BRL", "CHF", "EUR", "USD", "ZAR"];

    protected override Task FillAsync() => InsertAsync(
        "attributions",
        [.. Codes.SelectMany((code, at) =>
            Enumerable.Range(0, at + 1).Select(number => Row(code, at, number)))]);

    private static object Row(string code, int at, int number) => new
    {
        project = "default",
        conversion_id = $"{code}{number}",
        conversion_type = "purchase",
        conversion_time = "2026-11-05 12:00:00.000",
        model = "last",
        config = KnownData.NewConfig,
        version = 1,
        person = 7,
        revenue = (at * 2.5m) + 1,
        currency = code,
        touches = new[] { $"t{code}{number}" },
        touch_times = new[] { "2026-11-04 12:00:00.000" },
        touch_types = new[] { "click" },
        channels = new[] { "Email" },
        sources = new[] { "newsletter" },
        mediums = new[] { "email" },
        campaigns = new[] { "spring" },
        credits = new[] { 1_000_000 },
        credit_values = new[] { number == 0 ? Value(code, at) : 0m },
    };

    private static decimal Value(string code, int at) => code == "USD" ? 50 : at + 1;
}
