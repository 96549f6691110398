using Attribution.Engine.Journal;
using Attribution.Engine.Tests.Journal.Support;
using Attribution.Faults.Files;

namespace Attribution.Engine.Tests.Journal;

/// <remarks>
/// A journal is emptied while the power fails at each call in turn: what is left must start clean, must never
/// go back in its sequences, and must be empty once the call has returned.
/// </remarks>
public class JournalResetTests
{
    private static readonly JournalImage Image = new();

    [Fact]
    public void Reset_OfAJournal_EmptiesItAndRemembersTheSequence()
    {
        FaultyFileSystem files = Image.Folder(Image.Bytes);
        ((FaultyFileSystem)files.Folder("quarantine")).Put("x.bad", [1]);

        Assert.Equal(JournalImage.Segments + 1, JournalReset.Run(files, JournalRun.Options));

        Assert.Single(files.List());
        Assert.Empty(files.Folder("quarantine").List());
        var run = new JournalRun(files, JournalRun.Options);
        Assert.Equal(0, run.Recovered.Records);
        Assert.False(run.Recovered.IsDegraded);
        Assert.Equal(Image.Ids.Count, run.Write(1000));
        files.LosePower();
        Assert.Equal([1000], JournalRun.ReadAll(files).Values);
    }

    [Fact]
    public void Reset_OfAFolderWithoutJournal_DoesNothing()
    {
        var files = new FaultyFileSystem(new Random(1));

        Assert.Equal(0, JournalReset.Run(files, JournalRun.Options));
        Assert.Empty(files.List());
    }

    [Fact]
    public void Reset_WithPowerLostAtAnyCall_LeavesAJournalThatNeverGoesBack()
    {
        for (int calls = 1; calls < 80; calls++)
        {
            FaultyFileSystem files = Image.Folder([.. Image.Bytes.Select(bytes => (byte[])bytes.Clone())]);
            int left = calls;
            files.OnCall = (_, _) =>
            {
                if (--left <= 0)
                    throw new InvalidOperationException("power lost");
            };
            try
            {
                JournalReset.Run(files, JournalRun.Options);
            }
            catch (InvalidOperationException)
            {
                // The next start judges what is left.
            }

            files.OnCall = (_, _) => { };
            files.LosePower();
            RecoveredJournal recovered = JournalRecovery.Run(files, JournalRun.Options);
            Assert.True(recovered.NextSequence == Image.Ids.Count, $"call {calls}: {recovered.NextSequence}");
            Assert.False(recovered.IsDegraded, $"call {calls}");

            JournalReset.Run(files, JournalRun.Options);
            Assert.Equal(0, JournalRecovery.Run(files, JournalRun.Options).Records);
        }
    }
}
