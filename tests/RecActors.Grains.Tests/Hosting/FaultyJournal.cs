using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RecActors.Feedback;
using RecActors.Journal;

namespace RecActors.Hosting;

/// <summary>A journal whose appends can be made to fail before or after they are durable, and to wait; or that does not answer at all.</summary>
internal sealed class FaultyJournal(IUserJournal inner) : IUserJournal
{
    private readonly ConcurrentDictionary<string, Faults> _faults = new();
    private bool _isDown;

    /// <summary>True while the store is away.</summary>
    public bool IsDown { get => Volatile.Read(ref _isDown); set => Volatile.Write(ref _isDown, value); }

    /// <summary>What happens before a range of journals is read.</summary>
    public Func<Task> BeforeRange { get; set; } = () => Task.CompletedTask;

    private IUserJournal Inner => IsDown ? throw new JournalUnavailableException("Injected: the store is away.") : inner;

    /// <summary>The faults of one user's journal, so that tests may share a cluster.</summary>
    public Faults Of(string userId) => _faults.GetOrAdd(userId, _ => new Faults());

    public async ValueTask<AppendResult> AppendAsync(
        string userId, long epoch, long expectedLength, IReadOnlyList<FeedbackEntry> entries, CancellationToken cancellationToken)
    {
        var faults = Of(userId);
        faults.Appends.Enqueue(entries.Count);
        faults.Appending();
        faults.Arrived.TrySetResult();
        await faults.Gate;
        if (Take(ref faults.FailBefore))
        {
            throw new JournalUnavailableException("Injected: nothing was written.");
        }

        var result = await Inner.AppendAsync(userId, epoch, expectedLength, entries, cancellationToken);
        return Take(ref faults.FailAfter) ? throw new JournalUnavailableException("Injected: the reply was lost.") : result;
    }

    public async ValueTask<OpenedJournal> OpenAsync(string userId, CancellationToken cancellationToken)
    {
        var faults = Of(userId);
        var opened = await Inner.OpenAsync(userId, cancellationToken);
        faults.Opened();
        await faults.OpenedGate;
        return opened;
    }

    public ValueTask<IReadOnlyList<FeedbackEntry>> ReadAsync(string userId, CancellationToken cancellationToken) =>
        Take(ref Of(userId).FailRead)
            ? throw new JournalUnavailableException("Injected: the journal does not answer.")
            : Inner.ReadAsync(userId, cancellationToken);

    public async ValueTask<JournalHead> ReadHeadAsync(string userId, CancellationToken cancellationToken)
    {
        var faults = Of(userId);
        if (Take(ref faults.FailRead))
        {
            throw new JournalUnavailableException("Injected: the journal does not answer.");
        }

        await faults.HeadGate;
        return await Inner.ReadHeadAsync(userId, cancellationToken);
    }

    public ValueTask<bool> EnsureDurableAsync(string userId, JournalHead read, CancellationToken cancellationToken) =>
        Take(ref Of(userId).Replaced) ? ValueTask.FromResult(false) : Inner.EnsureDurableAsync(userId, read, cancellationToken);

    public ValueTask DeleteAsync(string userId, CancellationToken cancellationToken) => Inner.DeleteAsync(userId, cancellationToken);

    public ValueTask EraseAsync(string userId, DateTimeOffset refuseUntil, CancellationToken cancellationToken) =>
        Inner.EraseAsync(userId, refuseUntil, cancellationToken);

    public ValueTask<bool> ReadmitAsync(string userId, CancellationToken cancellationToken) => Inner.ReadmitAsync(userId, cancellationToken);

    public ValueTask<bool> IsErasedAsync(string userId, CancellationToken cancellationToken) => Inner.IsErasedAsync(userId, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListUsersOfItemAsync(string itemId, string? after, int count, CancellationToken cancellationToken) =>
        Inner.ListUsersOfItemAsync(itemId, after, count, cancellationToken);

    public ValueTask RegisterAsync(string userId, CancellationToken cancellationToken) => Inner.RegisterAsync(userId, cancellationToken);

    public ValueTask<bool> ContainsAsync(string userId, CancellationToken cancellationToken) => Inner.ContainsAsync(userId, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListUsersAsync(string? after, int count, CancellationToken cancellationToken) =>
        Inner.ListUsersAsync(after, count, cancellationToken);

    public ValueTask<JournalPosition> GetHeadAsync(CancellationToken cancellationToken) => Inner.GetHeadAsync(cancellationToken);

    public ValueTask<long> CountEntriesAsync(CancellationToken cancellationToken) => inner.CountEntriesAsync(cancellationToken);

    public ValueTask CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public async IAsyncEnumerable<JournalRecord> ReadRangeAsync(
        JournalPosition after, JournalPosition through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeforeRange();
        await foreach (var record in Inner.ReadRangeAsync(after, through, cancellationToken))
        {
            yield return record;
        }
    }

    private static bool Take(ref int count)
    {
        if (Volatile.Read(ref count) <= 0)
        {
            return false;
        }

        Interlocked.Decrement(ref count);
        return true;
    }

    public sealed class Faults
    {
        /// <summary>So many appends fail without having been written.</summary>
        public int FailBefore;

        /// <summary>So many appends are written, and fail all the same.</summary>
        public int FailAfter;

        /// <summary>So many reads fail.</summary>
        public int FailRead;

        /// <summary>So many times the journal is not the one that was read when its durability is asked for.</summary>
        public int Replaced;

        /// <summary>What happens after the journal was opened and before its opener hears of it.</summary>
        public Action Opened { get; set; } = () => { };

        /// <summary>What whoever opened the journal waits for afterwards.</summary>
        public Task OpenedGate { get; set; } = Task.CompletedTask;

        /// <summary>What every question for the head waits for.</summary>
        public Task HeadGate { get; set; } = Task.CompletedTask;

        /// <summary>What happens first in every append, where its caller runs.</summary>
        public Action Appending { get; set; } = () => { };

        /// <summary>What every append waits for.</summary>
        public Task Gate { get; set; } = Task.CompletedTask;

        /// <summary>Completes when the first append has arrived.</summary>
        public TaskCompletionSource Arrived { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Sizes of the appends so far.</summary>
        public ConcurrentQueue<int> Appends { get; } = new();
    }
}
