using RecActors.Models;
using RecActors.Ranking;

namespace RecActors.Refit;

/// <summary>Leaves sources out of a bundle.</summary>
internal static class SourceSelection
{
    /// <summary>The bundle without some sources: neither their candidates nor, in the blend, their scores; learned models go altogether.</summary>
    public static ModelBundle Without(this ModelBundle bundle, IReadOnlyList<CandidateSource> sources) => bundle with
    {
        Sequence = sources.Contains(CandidateSource.Sequence) ? null : bundle.Sequence,
        Linear = sources.Contains(CandidateSource.Linear) ? null : bundle.Linear,
        WithoutSources = [.. bundle.WithoutSources.Union(sources.Where(source => source is not CandidateSource.Sequence and not CandidateSource.Linear))],
        Blend = bundle.Blend with
        {
            FoldIn = sources.Contains(CandidateSource.Embedding) ? 0 : bundle.Blend.FoldIn,
            Popularity = sources.Contains(CandidateSource.Trending) ? 0 : bundle.Blend.Popularity,
            Transitions = sources.Contains(CandidateSource.Transitions) ? 0 : bundle.Blend.Transitions,
            Cooccurrence = sources.Contains(CandidateSource.Cooccurrence) ? 0 : bundle.Blend.Cooccurrence,
            Sequence = sources.Contains(CandidateSource.Sequence) ? 0 : bundle.Blend.Sequence,
            Linear = sources.Contains(CandidateSource.Linear) ? 0 : bundle.Blend.Linear,
        },
    };
}
