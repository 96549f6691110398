using Attribution.Engine.Journal;
using Attribution.Faults.Files;
using Attribution.Engine.Tests.Journal.Support;

namespace Attribution.Engine.Tests.Journal;

/// <remarks>
/// Thousands of short lives of a journal on a disk that refuses calls at random and loses power in the middle
/// of any of them, recovery included. After each, the numbers of the events read back are compared with those
/// acknowledged. A failing seed is named in the message and repeats.
/// </remarks>
public class PowerLossTests
{
    private const int Seeds = 1000;

    [Fact]
    public void Recovery_AfterPowerLossAtAnyCall_HoldsEverythingAcknowledgedOnce() =>
        Parallel.For(0, Seeds, seed =>
        {
            try
            {
                new Life(seed).Run();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        });

    private sealed class PowerLossException : Exception;

    private sealed class Life
    {
        private readonly Random _random;
        private readonly FaultyFileSystem _files;
        private readonly JournalOptions _options;
        private readonly Dictionary<long, long> _sent = [];
        private readonly SortedDictionary<long, long> _promised = [];
        private long _nextId = 1;
        private long _releasedUpTo = -1;
        private long _callsToPowerLoss;
        private int _callsRefused;

        public Life(int seed)
        {
            _random = new Random(seed);
            _files = new FaultyFileSystem(_random);
            _options = JournalRun.Options with
            {
                SegmentBytes = SegmentHeader.RegionBytes + JournalFrame.MaxBytes + _random.Next(60_000),
                AttemptsBeforeRefusal = _random.Next(1, 4),
                NewSalt = () => (uint)_random.Next(1, int.MaxValue),
            };
        }

        public void Run()
        {
            _files.OnCall = Fault;
            for (int crash = 0; crash < 5; crash++)
            {
                _callsToPowerLoss = _random.Next(1, 120);
                _callsRefused = 0;
                try
                {
                    LiveOnce();
                }
                catch (PowerLossException)
                {
                    // The crash may hit at any call; what follows is judged by the next life.
                }

                _callsToPowerLoss = long.MaxValue;
                _callsRefused = 0;
                if (_random.Next(4) > 0)
                    _files.LosePower();
            }

            Check(JournalRecovery.Run(_files, _options));
        }

        private void LiveOnce()
        {
            var run = new JournalRun(_files, _options);
            Check(run.Recovered);
            for (int batch = _random.Next(12); batch > 0; batch--)
            {
                if (_random.Next(4) == 0)
                    _callsRefused = _random.Next(1, 8);
                WriteBatch(run);
                if (_random.Next(6) == 0)
                    Release(run.Journal);
            }

            _callsRefused = 0;
            if (_random.Next(2) == 0)
                run.Journal.OnStop();
        }

        private void WriteBatch(JournalRun run)
        {
            long[] ids = new long[_random.Next(1, 12)];
            for (int i = 0; i < ids.Length; i++)
                ids[i] = _nextId++;

            long first = run.Publish(ids);
            for (int i = 0; i < ids.Length; i++)
                _sent[ids[i]] = first + i;

            try
            {
                run.Handle(first + ids.Length - 1);
            }
            finally
            {
                foreach (long id in ids)
                {
                    if (_sent[id] <= run.Journal.Gate.DurableSequence)
                        _promised[_sent[id]] = id;
                }
            }
        }

        private void Release(EventJournal journal)
        {
            if (_promised.Count == 0)
                return;
            _releasedUpTo = Math.Max(_releasedUpTo, _promised.Keys.ElementAt(_random.Next(_promised.Count)));
            journal.ReleaseUpTo(_releasedUpTo);
        }

        private void Check(RecoveredJournal recovered)
        {
            Assert.True(recovered.LostStretches == 0, Describe(recovered));
            SortedDictionary<long, long> found = JournalRun.ReadAll(recovered);
            Assert.True(recovered.Records == found.Count, $"{recovered.Records} counted, {found.Count} read");

            foreach ((long sequence, long id) in found)
                Assert.True(_sent[id] == sequence, $"{id} sent as {_sent[id]}, found at {sequence}");
            foreach ((long sequence, long id) in _promised)
            {
                long actual = found.GetValueOrDefault(sequence);
                if (sequence > _releasedUpTo)
                    Assert.True(id == actual, $"{id} at {sequence}: found {actual}; {Describe(recovered)}");
            }

            // What was read back may have been passed on: it must stay, and its sequence must not be used
            // again.
            foreach ((long sequence, long id) in found)
                _promised[sequence] = id;
            if (_promised.Count > 0)
                Assert.True(recovered.NextSequence > _promised.Keys.Last(), "sequences go back");
        }

        private string Describe(RecoveredJournal recovered) =>
            $"{recovered.FirstSequence}..{recovered.EndSequence}, released {_releasedUpTo}; "
            + string.Join(' ', _files.List().Order()) + string.Join(' ', recovered.Damages);

        private void Fault(FileCall call, string name)
        {
            if (--_callsToPowerLoss <= 0)
                throw new PowerLossException();
            if (_callsRefused > 0 && call != FileCall.Read && _random.Next(2) == 0)
            {
                _callsRefused--;
                throw new IOException("refused");
            }
        }
    }
}
