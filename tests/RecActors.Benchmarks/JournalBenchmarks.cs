using BenchmarkDotNet.Attributes;
using RecActors.Feedback;
using RecActors.Journal;
using RecActors.Packing;
using RecActors.Storage;

namespace RecActors;

/// <summary>Actions as bytes, and into a journal in a data folder, durable: one append of each of many users at a time.</summary>
public class JournalBenchmarks
{
    private const int Users = 1_000;

    private readonly FeedbackEntry[] _entries = [new(FeedbackOperation.Add, "watch", "2571", 1, 1_700_000_000_123, 0x1234_5678_9abc_def0)];
    private readonly PackedWriter _writer = new();
    private readonly long[] _lengths = new long[Users];
    private readonly long[] _epochs = new long[Users];
    private DirectoryInfo _folder = null!;
    private EmbeddedStorage _storage = null!;
    private byte[] _bytes = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _folder = Directory.CreateTempSubdirectory("recactors-benchmarks-");
        _storage = EmbeddedStorage.Open(new EmbeddedStorageOptions { DataFolder = _folder.FullName });
        for (var user = 0; user < Users; user++)
        {
            _epochs[user] = (await _storage.Journal.OpenAsync($"{user}", CancellationToken.None)).Epoch;
        }

        Write_an_entry();
        _bytes = _writer.Written.ToArray();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Benchmark]
    public void Write_an_entry()
    {
        _writer.Clear();
        FeedbackEntryCodec.Write(_writer, _entries[0]);
    }

    [Benchmark]
    public FeedbackEntry Read_an_entry()
    {
        var reader = new PackedReader(_bytes);
        return FeedbackEntryCodec.Read(ref reader);
    }

    /// <summary>Per action.</summary>
    [Benchmark(OperationsPerInvoke = Users)]
    public Task Append_durable_per_action() => Task.WhenAll(Enumerable.Range(0, Users).Select(AppendAsync));

    private async Task AppendAsync(int user)
    {
        var expected = _lengths[user]++;
        var result = await _storage.Journal.AppendAsync($"{user}", _epochs[user], expected, _entries, CancellationToken.None);
        if (result.Status != AppendStatus.Appended)
        {
            throw new InvalidOperationException("The journal refused its owner.");
        }
    }
}
