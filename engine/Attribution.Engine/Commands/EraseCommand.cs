using System.CommandLine;
using System.Globalization;
using Attribution.ClickHouse.Http;
using Attribution.Engine.Erasure;
using Attribution.Engine.Journal;
using Attribution.Model.Configs;

namespace Attribution.Engine.Commands;

/// <summary>
/// <c>engine erase</c>: removes a person from everything in the data folder and in ClickHouse, and prints the
/// receipt. Needs the data folder for itself. Stateless.
/// </summary>
internal static class EraseCommand
{
    private static readonly Option<string?> Person = new("--person")
    {
        Description = "Any user_id, anonymous_id or device_id of the person, as it was sent.",
    };

    private static readonly Option<string?> Kind = new("--kind")
    {
        Description = "user, anonymous or device, where the same id is several persons'.",
    };

    private static readonly Option<string> Project = new("--project")
    {
        Description = "The person's project.",
        DefaultValueFactory = _ => "default",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Only counts what would be erased.",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Finishes what an interrupted erasure began, as the engine's next start would.",
    };

    public static Command Create(Func<Func<Task<int>>, Task<int>> guard)
    {
        Kind.AcceptOnlyFromAmong(ErasedIds.User, ErasedIds.Anonymous, ErasedIds.Device);
        var command = new Command("erase", "Erases a person for good; stop the engine first.")
        {
            Person, Kind, Project, DryRun, Resume, EngineCommand.Data, EngineCommand.ClickHouse,
            EngineCommand.ClickHousePort, EngineCommand.ClickHouseTcpPort, EngineCommand.ClickHouseAccess,
            EngineCommand.Config,
        };
        command.Validators.Add(result =>
        {
            bool isNamed = result.GetValue(Person) is not null;
            if (isNamed && result.GetValue(Resume))
                result.AddError("--resume takes no --person: the receipt knows whom.");
            else if (!isNamed && !result.GetValue(Resume))
                result.AddError("Whom? Name the person with --person, or go on with --resume.");
        });
        command.SetAction((parsed, cancel) => guard(() => RunAsync(parsed, cancel)));
        return command;
    }

    /// <summary>Before an engine takes events: what an interrupted erasure left is finished.</summary>
    /// <exception cref="StartException">It cannot be finished.</exception>
    public static async Task FinishPendingAsync(
        EngineOptions options, AttributionConfig config, ClickHouseClient client, CancellationToken cancel)
    {
        try
        {
            foreach (ErasureReceipt receipt in await new PersonErasure(Setup(options, config, client))
                .FinishPendingAsync(cancel).ConfigureAwait(false))
                Console.Error.WriteLine($"attribution: finished the interrupted erasure {receipt.Name}");
        }
        catch (Exception failure) when (IsKnown(failure))
        {
            throw new StartException(
                $"an interrupted erasure cannot be finished: {failure.Message} No events are taken before it "
                + "is, lest the person come back.", failure);
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        EngineOptions options = OptionsReader.ReadStorage(parsed);
        byte[] document = ConfigFile.Read(options.ConfigFile);
        using DataFolder folder = DataFolder.Take(options);
        await using Storage storage = await Storage.OpenAsync(options, cancel).ConfigureAwait(false);
        AttributionConfig config =
            await ConfigFile.ParseAsync(document, storage.Client, cancel).ConfigureAwait(false);
        var erasure = new PersonErasure(Setup(options, config, storage.Client));
        try
        {
            if (parsed.GetValue(Person) is not { } id)
                return Show(await erasure.FinishPendingAsync(cancel).ConfigureAwait(false), options);

            var request = new ErasureRequest(parsed.GetValue(Project)!, id, parsed.GetValue(Kind));
            if (parsed.GetValue(DryRun))
                return Show(await erasure.PlanAsync(request, cancel).ConfigureAwait(false));

            Show(await erasure.FinishPendingAsync(cancel).ConfigureAwait(false), options);
            return Show([await erasure.EraseAsync(request, cancel).ConfigureAwait(false)], options);
        }
        catch (Exception failure) when (IsKnown(failure))
        {
            await Console.Error.WriteLineAsync($"attribution: {failure.Message}").ConfigureAwait(false);
            return EngineCommand.Refused;
        }
    }

    private static bool IsKnown(Exception failure) => failure is ErasureException or JournalException
        or ClickHouseException or HttpRequestException or TimeoutException;

    private static ErasureSetup Setup(
        EngineOptions options, AttributionConfig config, ClickHouseClient client) => new()
        {
            Options = options,
            Config = config,
            Client = client,
            MayReattach = options.ClickHouse is null,
        };

    private static int Show(IReadOnlyList<ErasureReceipt> receipts, EngineOptions options)
    {
        foreach (ErasureReceipt receipt in receipts)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"erased {receipt.Ids.Count} ids of one person in the project {receipt.Project}"));
            foreach (ErasureStep step in receipt.Steps)
                Console.WriteLine($"  {step.Name,-10}{Describe(step.Counts)}");
            Console.WriteLine($"  {"left",-10}{Describe(receipt.Verification)}");
            Console.WriteLine($"  {"receipt",-10}{new ErasureFolder(options.DataFolder).PathOf(receipt)}");
        }

        return 0;
    }

    private static int Show(ErasurePlan plan)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"would erase {plan.Ids} ids of one person: {Describe(plan.Counts)}"));
        Console.WriteLine("nothing was changed; links that only the journal holds are not followed here");
        return 0;
    }

    private static string Describe(IReadOnlyDictionary<string, long> counts) => string.Join(
        ", ",
        counts.Select(count => string.Create(
            CultureInfo.InvariantCulture, $"{count.Key} {count.Value}")));
}
