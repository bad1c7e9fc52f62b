using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using RecActors.Feedback;
using RecActors.Hosting;
using RecActors.Ranking;
using RecActors.Requests;
using RecActors.Snapshots;
using RecActors.Users;

namespace RecActors;

/// <summary>Actions and answers as bytes: between processes, from sites, and in the log of how actions count. Per action, or per answer of ten items.</summary>
public class CodecBenchmarks
{
    private const int Actions = 100, Items = 1_000, Earlier = 20;
    private const long NowMs = 1_700_000_000_123;

    private static readonly string[] Ids = [.. Enumerable.Range(0, Items).Select(item => $"item-{1_000_000 + item}")];
    private static readonly Dictionary<string, int> Rows = Ids.Select((id, row) => (id, row)).ToDictionary(item => item.id, item => item.row);

    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private readonly FeedbackBatch _batch = new(
        Enumerable.Range(0, Actions).Select(n => new FeedbackAction(FeedbackOperation.Add, "watch", Ids[n], 1, NowMs, $"0198a3f27c1e7b6e8f553f1f4a2b9c0d-1-{n}")).ToArray());

    private readonly RecommendationAnswer _answer = new(
        Enumerable.Range(0, 10).Select(n => new RecommendedItem(Ids[n], 1.5f + n, "A title of usual length (2026)")).ToArray(), 50, 7, NowMs);

    private readonly GatewayOptions _options = new();
    private readonly ReducedActions _reduced = new(), _read = new();
    private readonly ReducedActionWriter _reducedWriter = new();
    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly byte[] _batchBytes, _answerBytes, _array, _lines, _reducedBytes;

    public CodecBenchmarks()
    {
        var objects = Enumerable.Range(0, Actions).Select(n => $$"""{"FeedbackType":"watch","UserId":"bench-{{n}}","ItemId":"{{Ids[n]}}"}""").ToArray();
        (_array, _lines) = (Encoding.UTF8.GetBytes($"[{string.Join(',', objects)}]"), Encoding.UTF8.GetBytes(string.Join('\n', objects) + '\n'));
        (_batchBytes, _answerBytes) = (_serializer.SerializeToArray(_batch), _serializer.SerializeToArray(_answer));
        var random = new Random(1);
        for (var action = 1; action <= Actions; action++)
        {
            _reduced.Add(action, isRepeat: false, [.. Enumerable.Range(0, Earlier).Select(_ => random.Next(Items))]);
        }

        _reducedBytes = WriteReduced().ToArray();
    }

    [Benchmark(OperationsPerInvoke = Actions)]
    public int Send_a_batch()
    {
        _written.ResetWrittenCount();
        _serializer.Serialize(_batch, _written);
        return _written.WrittenCount;
    }

    [Benchmark(OperationsPerInvoke = Actions)]
    public FeedbackBatch? Receive_a_batch() => _serializer.Deserialize<FeedbackBatch>(_batchBytes);

    [Benchmark]
    public int Send_an_answer()
    {
        _written.ResetWrittenCount();
        _serializer.Serialize(_answer, _written);
        return _written.WrittenCount;
    }

    [Benchmark]
    public RecommendationAnswer? Receive_an_answer() => _serializer.Deserialize<RecommendationAnswer>(_answerBytes);

    [Benchmark(OperationsPerInvoke = Actions)]
    public object Read_a_JSON_array() => FeedbackEndpoints.Read(FeedbackOperation.Add, _array, _options, TimeProvider.System);

    /// <summary>As a stream does, without its commits.</summary>
    [Benchmark(OperationsPerInvoke = Actions)]
    public int Read_NDJSON()
    {
        var reader = new ActionReader(FeedbackOperation.Add, new Validation(_options, NowMs));
        ReadOnlySpan<byte> rest = _lines;
        var line = 0;
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var place = new Place(Line: ++line);
            reader.Read(place, FeedbackJson.ReadObject(rest[..end], _options, place));
            rest = rest[(end + 1)..];
        }

        return line;
    }

    [Benchmark(OperationsPerInvoke = Actions)]
    public int Write_reduced_actions() => WriteReduced().Length;

    [Benchmark(OperationsPerInvoke = Actions)]
    public long Read_reduced_actions()
    {
        _read.Clear();
        return ReducedActionReader.Read(_reducedBytes, rules: 1, after: 0, id => Rows[id], _read);
    }

    private ReadOnlySpan<byte> WriteReduced() => _reducedWriter.Write(rules: 1, _reduced, static row => Ids[row]);
}
