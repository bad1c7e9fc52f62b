using RecActors.Redis;

namespace RecActors.Journal.Redis;

/// <summary>One append on its way to Redis.</summary>
internal sealed class RedisAppend(PartitionKeys partition, byte[] user, long epoch, long expectedLength, int entries, byte[] packed)
{
    private readonly TaskCompletionSource<AppendResult> _done = new();

    public PartitionKeys Partition => partition;

    public byte[] User => user;

    public long Epoch => epoch;

    public long ExpectedLength => expectedLength;

    public int Entries => entries;

    /// <summary>The entries as <see cref="JournalList.Encode"/> wrote them.</summary>
    public byte[] Packed => packed;

    public Task<AppendResult> Done => _done.Task;

    /// <summary>What the script says: the new length, or -1, and the last entry's position. Who waits may go on within the call.</summary>
    public void Answered(long length, long position) => _done.SetResult(length >= 0
        ? new AppendResult(AppendStatus.Appended, length, new JournalPosition(position))
        : new AppendResult(AppendStatus.Fenced, length, default));

    public void Failed(JournalUnavailableException failure) => _done.SetException(failure);
}
