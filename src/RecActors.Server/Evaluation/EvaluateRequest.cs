using RecActors.Feedback;
using RecActors.Formats;
using RecActors.Hosting;
using RecActors.Protocols;
using RecActors.Ranking;
using RecActors.Retrieval;
using RecActors.Sample;

namespace RecActors.Evaluation;

/// <summary>What the command line asks for.</summary>
internal sealed record EvaluateRequest
{
    public required string? Path { get; init; }

    public required string? ItemsPath { get; init; }

    public required DataFormat Format { get; init; }

    public required Protocol Protocol { get; init; }

    public required ProtocolOptions ProtocolOptions { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>What can be left out of the product, to see what it is worth.</summary>
    public static IReadOnlyList<string> Leavable { get; } =
    [
        .. new[] { CandidateSource.Embedding, CandidateSource.Transitions, CandidateSource.Cooccurrence, CandidateSource.Trending, CandidateSource.Sequence, CandidateSource.Linear }
            .Select(source => source.ToString()),
        .. Enum.GetNames<FeatureGroup>(),
    ];

    /// <summary>What is left out, each <see cref="Leavable"/>.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    public required Similarity? Similarity { get; init; }

    public required int Folds { get; init; }

    public required IReadOnlyList<int> Lags { get; init; }

    /// <summary>λs of maximal marginal relevance to ask with, too.</summary>
    public IReadOnlyList<float> Lambdas { get; init; } = [];

    public required ReplayOptions Replay { get; init; }

    public required string? PredictionsPath { get; init; }

    public required string? ReportPath { get; init; }

    public required string? ConfigFile { get; init; }

    /// <summary>Reads the data set that is named, or the sample.</summary>
    public EvaluationData ReadData(FeedbackPolicy policy, CancellationToken cancellationToken)
    {
        if (Path is null && Format != DataFormat.MovieLens)
        {
            throw new StartupException("Name what to read: --data.");
        }

        return new EvaluationDataReader(policy).Read(Format, Path ?? MovieLensSample.Folder, ItemsPath, cancellationToken);
    }
}
