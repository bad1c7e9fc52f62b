using System.Diagnostics;
using System.Globalization;

namespace RecActors.Journal;

public sealed class JournalKillTests : IDisposable
{
    private const int Kills = 6;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Journal_ProcessKilledAtRandom_HasEveryAcknowledgedEntryOnce()
    {
        var random = new Random(20261124);
        var acknowledged = new long[JournalAppender.Users];
        for (var kill = 0; kill < Kills; kill++)
        {
            await AppendUntilKilledAsync(acknowledged, random.Next(1, 600));

            await using var storage = _folder.Open();
            var total = 0L;
            for (var user = 0; user < JournalAppender.Users; user++)
            {
                var entries = await storage.Journal.ReadAsync(JournalAppender.NameOf(user), None);

                // Numbered from 0 without a gap or a repeat: nothing is lost and nothing is there twice.
                Assert.Equal(Actions.Numbered(0, entries.Count), entries);
                Assert.True(entries.Count >= acknowledged[user], $"kill {kill}: {entries.Count} of {acknowledged[user]} acknowledged entries");
                total += entries.Count;
                if (entries is [.., var last])
                {
                    Assert.Contains(JournalAppender.NameOf(user), await storage.Journal.ListUsersOfItemAsync(last.ItemId, null, JournalAppender.Users, None));
                }
            }

            // Some of it from snapshots, some from the log, as the next kill finds them.
            if (kill % 2 == 1)
            {
                await storage.Checkpointer.CheckpointAsync(None);
            }

            var head = await storage.Journal.GetHeadAsync(None);
            Assert.Equal(total, await storage.Journal.ReadRangeAsync(JournalPosition.Start, head, None).CountAsync(None));
        }
    }

    private async Task AppendUntilKilledAsync(long[] acknowledged, int acknowledgements)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(JournalAppender).Assembly.Location);
        }

        start.Environment[JournalAppender.FolderVariable] = _folder.Path;
        using var process = Process.Start(start)!;
        for (var seen = 0; await process.StandardOutput.ReadLineAsync(None) is { } line; seen++)
        {
            // The last line may be cut by the kill; a whole one ends in a length that the journal had reached.
            if (line.Split(' ') is [var user, var length] && seen < acknowledgements)
            {
                acknowledged[int.Parse(user, CultureInfo.InvariantCulture)] = long.Parse(length, CultureInfo.InvariantCulture);
            }

            if (seen == acknowledgements)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync(None);
    }
}
