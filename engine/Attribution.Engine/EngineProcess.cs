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
        Task following = storage.Embedded is { } embedded
            ? new ReaderAccess(embedded, storage.Client, options.Database)
                .FollowAsync(() => pipeline.Keys.Keys, stop.Token)
            : Task.CompletedTask;
        StartScreen.Write(options, config, storage, pipeline, new StartFacts(
            server.Url, Stopwatch.GetElapsedTime(started), clock));
        Task ended = await Task.WhenAny(stop.Requested, pipeline.Failed).ConfigureAwait(false);
        if (ended == pipeline.Failed)
        {
            await Console.Error
                .WriteLineAsync($"attribution: a stage failed, stopping: {await pipeline.Failed}")
                .ConfigureAwait(false);
            return 2;
        }

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
