using CsCheck;
using RecActors.Feedback;
using RecActors.Storage;

namespace RecActors.Journal;

/// <summary>Random operations on a journal, its restarts, crashes and checkpoints included, against a plain reference.</summary>
public sealed class JournalModelTests
{
    private static readonly Gen<string> User = Gen.OneOf(Gen.Const("ann"), Gen.Const("bob"), Gen.Const("çem"), Gen.Const("d/e"));

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (10, Gen.Select(User, Gen.Int[1, 4], (user, count) => new Step(StepKind.Append, user, count))),
        (2, Gen.Select(User, Gen.Int[50, 150], (user, count) => new Step(StepKind.Append, user, count))),
        (2, User.Select(user => new Step(StepKind.Open, user, 0))),
        (2, User.Select(user => new Step(StepKind.AppendStale, user, 1))),
        (2, User.Select(user => new Step(StepKind.Register, user, 0))),
        (2, User.Select(user => new Step(StepKind.Delete, user, 0))),
        (3, Gen.Const(new Step(StepKind.Checkpoint, "", 0))),
        (1, Gen.Const(new Step(StepKind.Restart, "", 0))),
        (1, Gen.Const(new Step(StepKind.Crash, "", 0))));

    private enum StepKind
    {
        Open,
        Append,
        AppendStale,
        Register,
        Delete,
        Checkpoint,
        Restart,
        Crash,
    }

    [Fact]
    public Task Journal_AnyOperations_EqualsTheReference() =>
        AnyStep.Array[1, 40].SampleAsync(RunAsync, iter: 40, threads: 2);

    private static async Task RunAsync(Step[] steps)
    {
        await using var run = new Run();
        foreach (var step in steps)
        {
            await run.ApplyAsync(step);
        }

        await run.CompareAsync();
    }

    private sealed record Step(StepKind Kind, string User, int Count);

    private sealed class Run : IAsyncDisposable
    {
        private readonly List<TemporaryFolder> _folders = [new()];
        private readonly Dictionary<string, List<JournalRecord>> _entries = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);
        private EmbeddedStorage _storage;
        private long _head;
        private int _numbers;

        public Run() => _storage = Open();

        private IUserJournal Journal => _storage.Journal;

        public async Task ApplyAsync(Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Open:
                    await OpenAsync(step.User);
                    break;
                case StepKind.Append:
                    await AppendAsync(step.User, step.Count);
                    break;
                case StepKind.AppendStale:
                    var stale = await Journal.AppendAsync(step.User, _epochs.GetValueOrDefault(step.User), LengthOf(step.User) + 1, Next(1), default);
                    Assert.Equal(AppendStatus.Fenced, stale.Status);
                    break;
                case StepKind.Register:
                    await Journal.RegisterAsync(step.User, default);
                    _entries.TryAdd(step.User, []);
                    break;
                case StepKind.Delete:
                    await Journal.DeleteAsync(step.User, default);
                    _entries.Remove(step.User);
                    _epochs.Remove(step.User);
                    break;
                case StepKind.Checkpoint:
                    await _storage.Checkpointer.CheckpointAsync(default);
                    break;
                case StepKind.Restart:
                    await _storage.DisposeAsync();
                    Restart();
                    break;
                case StepKind.Crash:
                    _folders.Add(_folders[^1].Copy());
                    await _storage.DisposeAsync();
                    Restart();
                    break;
            }

            if (step.User.Length > 0)
            {
                Assert.Equal(Expected(step.User), await Journal.ReadAsync(step.User, default));
            }
        }

        public async Task CompareAsync()
        {
            var users = _entries.Keys.Order(StringComparer.Ordinal).ToList();
            Assert.Equal(users, await Journal.ListUsersAsync(null, 10, default));
            foreach (var user in users)
            {
                Assert.True(await Journal.ContainsAsync(user, default));
            }

            var head = (await Journal.GetHeadAsync(default)).Value;
            Assert.True(head >= _head);
            var all = _entries.Values.SelectMany(records => records).OrderBy(record => record.Position).ToList();
            foreach (var (after, through) in new[] { (0, head), (head / 3, head * 2 / 3), (head / 2, head / 2 + 1), (head, head + 5) })
            {
                var read = await Journal.ReadRangeAsync(new(after), new(through), default).ToListAsync();
                Assert.Equal(all.Where(record => record.Position.Value > after && record.Position.Value <= through), read);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _storage.DisposeAsync();
            foreach (var folder in _folders)
            {
                folder.Dispose();
            }
        }

        private async Task OpenAsync(string user)
        {
            var opened = await Journal.OpenAsync(user, default);
            Assert.Equal(Expected(user), opened.Entries);
            _epochs[user] = opened.Epoch;
        }

        private async Task AppendAsync(string user, int count)
        {
            if (!_epochs.ContainsKey(user))
            {
                await OpenAsync(user);
            }

            var length = LengthOf(user);
            var entries = Next(count);
            var result = await Journal.AppendAsync(user, _epochs[user], length, entries, default);
            Assert.Equal(AppendStatus.Appended, result.Status);
            Assert.Equal(length + count, result.Length);
            Assert.True(result.Position.Value >= _head + count);
            _head = result.Position.Value;
            if (!_entries.TryGetValue(user, out var records))
            {
                _entries[user] = records = [];
            }

            records.AddRange(entries.Select((entry, i) =>
                new JournalRecord(new(_head - count + 1 + i), user, length + 1 + i, entry)));
        }

        private void Restart()
        {
            _epochs.Clear();
            _storage = Open();
        }

        private EmbeddedStorage Open() => _folders[^1].Open(options =>
        {
            options.CheckpointSliceUsers = 2;
            options.RangeWindowEntries = 37;
        });

        private FeedbackEntry[] Next(int count)
        {
            _numbers += count;
            return Actions.Numbered(_numbers - count, count);
        }

        private long LengthOf(string user) => _entries.TryGetValue(user, out var records) ? records.Count : 0;

        private IEnumerable<FeedbackEntry> Expected(string user) =>
            _entries.TryGetValue(user, out var records) ? records.Select(record => record.Entry) : [];
    }
}
