using System.Diagnostics;
using System.Runtime.InteropServices;
using Attribution.ClickHouse.Embedded;
using Attribution.Engine.Api;
using Attribution.Engine.Commands;
using Attribution.Engine.Keys;
using Attribution.Model.Configs;

namespace Attribution.Engine;

/// <summary>
/// One run of the engine: start, one screen, wait, drain. Runs on the main task; signals only set its end.
/// </summary>
internal static class EngineProcess
{
    /// <summary>How long a drain may take before the rest is left to the journal.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(EngineOptions options, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        var clock = new StartClock();
        clock.Began(DateTime.Now - Process.GetCurrentProcess().StartTime);
        byte[] document = ConfigFile.Read(options.ConfigFile);
        if (ListenRule.Check(options, new KeyFile(options.DataFolder).Read()) is { Length: > 0 } warning)
            await Console.Error.WriteLineAsync(warning).ConfigureAwait(false);
        using var stop = new StopSignal(cancel);
        using DataFolder folder = DataFolder.Take(options);
        await using Storage storage = await Storage.OpenAsync(options, stop.Token).ConfigureAwait(false);
        clock.Done(storage.Clock);
        AttributionConfig config =
            await ConfigFile.ParseAsync(document, storage.Client, stop.Token).ConfigureAwait(false);
        await EraseCommand.FinishPendingAsync(options, config, storage.Client, stop.Token)
            .ConfigureAwait(false);
        clock.Done("config");
        await using Pipeline pipeline =
            await Pipeline.StartAsync(options, config, storage.Client, stop.Token).ConfigureAwait(false);
        clock.Done(pipeline.Clock);
        await using EngineServer server =
            await EngineServer.StartAsync(options, pipeline.Api, stop.Token).ConfigureAwait(false);

        pipeline.Ready();
        clock.Done("listening");
        var facts = new StartFacts(server.Url, started, clock, pipeline.Recovery.IsWhole);
        StartScreen.Write(options, config, storage, pipeline, facts);
        Task whole = FinishStartAsync(pipeline, facts);
        Task following = FollowKeysAsync(options, storage, pipeline, stop.Token);
        await Task.WhenAny(stop.Requested, pipeline.Failed, Failure(whole)).ConfigureAwait(false);
        if (pipeline.Failed.IsCompleted)
        {
            await Console.Error
                .WriteLineAsync($"attribution: a stage failed, stopping: {await pipeline.Failed}")
                .ConfigureAwait(false);
            return 2;
        }

        // What was accepted is in the journal: the next start has it.
        if (whole.IsFaulted)
            await whole.ConfigureAwait(false);
        await following.ConfigureAwait(false);
        return await DrainAsync(server, pipeline, storage).ConfigureAwait(false);
    }

    public static async Task<int> RunClickHouseAsync(EmbeddedOptions options, CancellationToken cancel)
    {
        using var stop = new StopSignal(cancel);
        await using EmbeddedClickHouse server = await EmbeddedClickHouse
            .StartAsync(
                options with { Log = Storage.Log, Progress = new Storage.FetchProgress() }, stop.Token)
            .ConfigureAwait(false);
        Console.WriteLine($"ClickHouse (embedded)  {server.Endpoint}  native 127.0.0.1:{server.TcpPort}");
        Console.WriteLine($"data                   {Path.GetFullPath(options.DataFolder)}");
        Console.WriteLine("Ctrl-C stops it.");
        await stop.Requested.ConfigureAwait(false);
        return 0;
    }

    /// <summary>Says when identity and workers have their state back, where events came first.</summary>
    private static async Task FinishStartAsync(Pipeline pipeline, StartFacts facts)
    {
        if (facts.IsWhole)
            return;
        await pipeline.Recovery.Whole.ConfigureAwait(false);
        StartScreen.WriteWhole(pipeline, facts);
    }

    /// <summary>Completes when that fails, and not when it ends as it should.</summary>
    private static async Task Failure(Task work)
    {
        await Task.WhenAny(work).ConfigureAwait(false);
        if (!work.IsFaulted)
            await Task.Delay(Timeout.Infinite).ConfigureAwait(false);
    }

    /// <summary>
    /// Not before the state is back: a key made or revoked lets ClickHouse start anew, which would break off
    /// what is read from it.
    /// </summary>
    private static async Task FollowKeysAsync(
        EngineOptions options, Storage storage, Pipeline pipeline, CancellationToken stop)
    {
        await Task.WhenAny(pipeline.Recovery.Whole, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
        if (pipeline.Recovery.IsWhole && storage.Embedded is { } embedded)
            await new ReaderAccess(embedded, storage.Client, options.Database)
                .FollowAsync(() => pipeline.Keys.Keys, stop).ConfigureAwait(false);
    }

    private static async Task<int> DrainAsync(EngineServer server, Pipeline pipeline, Storage storage)
    {
        long started = Stopwatch.GetTimestamp();
        Console.WriteLine("stopping: no new events; finishing what was accepted");
        using var patience = new CancellationTokenSource(DrainPatience);
        pipeline.Close();
        await server.StopAsync(patience.Token).ConfigureAwait(false);
        DrainReport report = await pipeline.DrainAsync(patience.Token).ConfigureAwait(false);
        if (report.IsComplete && report.Unsent == 0)
            await pipeline.SaveAsync(patience.Token).ConfigureAwait(false);
        await storage.DisposeAsync().ConfigureAwait(false);
        Console.WriteLine(report.Describe(Stopwatch.GetElapsedTime(started)));
        return 0;
    }

    /// <summary>Ctrl-C and SIGTERM, as one task; a second Ctrl-C ends the process at once.</summary>
    private sealed class StopSignal : IDisposable
    {
        private readonly CancellationTokenSource _source;
        private readonly PosixSignalRegistration[] _registrations;

        public StopSignal(CancellationToken cancel)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _registrations =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            ];
        }

        public CancellationToken Token => _source.Token;

        public Task Requested => Task.Delay(Timeout.Infinite, Token).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        public void Dispose()
        {
            foreach (PosixSignalRegistration registration in _registrations)
                registration.Dispose();
            _source.Dispose();
        }

        private void OnSignal(PosixSignalContext context)
        {
            if (_source.IsCancellationRequested)
                return;
            context.Cancel = true;
            _source.Cancel();
        }
    }
}
