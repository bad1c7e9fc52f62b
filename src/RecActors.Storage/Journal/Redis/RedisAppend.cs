using System.Buffers.Binary;
using System.Threading.Tasks.Sources;
using RecActors.Feedback;
using RecActors.Packing;
using RecActors.Redis;
using StackExchange.Redis;

namespace RecActors.Journal.Redis;

/// <summary>
/// One append on its way to Redis, as the one argument that the script takes for it: the header that the journal must have, the one that it gets,
/// the index of its partition in the group, the bytes of its key before the user, the number of its entries, the position up to which the user is touched, and
/// the entries. Redis pays for each argument, so there is one. It is its own promise, to be awaited once.
/// </summary>
internal sealed class RedisAppend : IValueTaskSource<AppendResult>
{
    private const int PartitionOffset = 2 * JournalList.HeaderBytes;
    private const int PrefixOffset = PartitionOffset + sizeof(ushort);
    private const int EntriesOffset = PrefixOffset + sizeof(byte);
    private const int TouchedOffset = EntriesOffset + sizeof(int);
    private const int HeadBytes = TouchedOffset + JournalList.PositionBytes;

    private readonly byte[] _argument;
    private readonly string _userId;
    private readonly JournalHead _owned;
    private readonly TouchMarks _marks;
    private readonly long _touchedThrough;
    private ManualResetValueTaskSourceCore<AppendResult> _done;

    /// <param name="partition">Of the user.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="user">The same as stored.</param>
    /// <param name="owned">Epoch and length that the journal must have.</param>
    /// <param name="entries">What is appended.</param>
    /// <param name="marks">How far users are touched.</param>
    /// <param name="writer">A buffer that nothing else uses meanwhile.</param>
    public RedisAppend(
        PartitionKeys partition, string userId, ReadOnlySpan<byte> user, JournalHead owned, IReadOnlyList<FeedbackEntry> entries, TouchMarks marks, PackedWriter writer)
    {
        Partition = partition;
        Journal = partition.JournalOf(user);
        Entries = entries.Count;
        (_userId, _owned, _marks) = (userId, owned, marks);
        _touchedThrough = marks.TouchedThrough(userId, owned.Epoch);

        Span<byte> head = stackalloc byte[HeadBytes];
        JournalList.WriteHead(head[..JournalList.HeaderBytes], owned);
        JournalList.WriteHead(head[JournalList.HeaderBytes..PartitionOffset], owned with { Length = owned.Length + Entries });
        head[PrefixOffset] = (byte)partition.JournalPrefixBytes;
        BinaryPrimitives.WriteInt32BigEndian(head[EntriesOffset..], Entries);
        JournalList.WritePosition(head[TouchedOffset..], _touchedThrough);
        writer.Clear();
        writer.WriteBytes(head);
        JournalList.WriteAppend(writer, entries);
        _argument = writer.ToArray();
    }

    public PartitionKeys Partition { get; }

    /// <summary>The key of the journal.</summary>
    public RedisKey Journal { get; }

    public int Entries { get; }

    public int Bytes => _argument.Length;

    public ValueTask<AppendResult> Done => new(this, _done.Version);

    /// <summary>The argument of the script, in a group in which the partition has this index.</summary>
    public RedisValue ArgumentAt(int partition)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_argument.AsSpan(PartitionOffset), (ushort)partition);
        return _argument;
    }

    /// <summary>It is durable, its entries before the given position. Who waits may go on within the call.</summary>
    public void Appended(long end)
    {
        if (Entries > 0)
        {
            _marks.Appended(_userId, _owned.Epoch, _touchedThrough, end - 1);
        }

        _done.SetResult(new AppendResult(AppendStatus.Appended, _owned.Length + Entries, Entries > 0 ? new JournalPosition(end - 1) : default));
    }

    /// <summary>The journal has another epoch or length. Who waits may go on within the call.</summary>
    public void Refused() => _done.SetResult(new AppendResult(AppendStatus.Fenced, -1, default));

    public void Failed(JournalUnavailableException failure) => _done.SetException(failure);

    AppendResult IValueTaskSource<AppendResult>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AppendResult>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<AppendResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);
}
