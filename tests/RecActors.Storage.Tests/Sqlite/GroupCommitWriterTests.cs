using Microsoft.Data.Sqlite;
using RecActors.Storage;

namespace RecActors.Sqlite;

public sealed class GroupCommitWriterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Enqueue_WhoeverHearsOfTheGroupFails_IsAcknowledgedAllTheSame()
    {
        using var telemetry = new StorageTelemetry();
        var writer = new GroupCommitWriter(
            () => SqliteSession.Open("committed", SqliteOpenMode.Memory, "PRAGMA user_version;"), maxWrites: 10, maxBytes: 1000, telemetry)
        {
            Committed = () => throw new InvalidOperationException("Broken."),
        };
        var write = new Write();

        writer.Enqueue(write);

        Assert.True(await write.Acknowledged.WaitAsync(Limit, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.DisposeAsync().AsTask());
    }

    /// <summary>Says, when it is acknowledged, whether it is durable.</summary>
    private sealed class Write : WriteOperation
    {
        private readonly TaskCompletionSource<bool> _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isDurable;

        public Task<bool> Acknowledged => _acknowledged.Task;

        public override void Execute(SqliteSession session) => session.Execute("SELECT 1");

        public override void OnCommitted() => _isDurable = true;

        public override void OnFailed(Exception error) => _isDurable = false;

        public override void Acknowledge() => _acknowledged.SetResult(_isDurable);
    }
}
