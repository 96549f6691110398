using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Model.Events;
using BenchmarkDotNet.Attributes;

namespace Attribution.Bench.Micro;

/// <summary>
/// Cost of turning events into checksummed frames, without a disk: <c>pwrite</c> and <c>fdatasync</c> do
/// nothing. Owned by BenchmarkDotNet.
/// </summary>
[MemoryDiagnoser]
public class JournalBenchmarks : IDisposable
{
    private const int Events = 1_024;

    private readonly byte[] _target = new byte[JournalFrame.MaxBytes];
    private JournalWriter _writer = null!;
    private byte[] _bytes = [];
    private EventHeader _header;

    /// <summary>
    /// Bytes of text per event: a click without a URL, a usual event, one with long properties.
    /// </summary>
    [Params(64, 300, 2_000)]
    public int EventBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var options = new JournalOptions();
        RecoveredJournal recovered = JournalRecovery.Run(new EmptyFileSystem(), options);
        _writer = new JournalWriter(recovered, options, new JournalCounters());
        _bytes = new byte[EventBytes];
        new Random(1).NextBytes(_bytes);
        _header = new EventHeader { Kind = EventKind.Event, BytesLength = (ushort)EventBytes };
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public void CopyOnly()
    {
        for (int i = 0; i < Events; i++)
            _bytes.CopyTo(_target, 0);
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int EncodeFrames()
    {
        int size = 0;
        for (int i = 0; i < Events; i++)
            size += JournalFrame.Write(_target, salt: 7, i, groupStart: false, in _header, _bytes);
        return size;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long AppendAndCommit()
    {
        for (int i = 0; i < Events; i++)
            _writer.Append(_writer.NextSequence, in _header, _bytes);
        _writer.Commit();
        return _writer.DurableSequence;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        GC.SuppressFinalize(this);
    }
}
