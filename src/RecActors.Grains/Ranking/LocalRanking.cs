using RecActors.Calls;
using RecActors.Hosting;

namespace RecActors.Ranking;

/// <summary>How the grains of a silo have it rank. Thread-safe.</summary>
/// <remarks>
/// While a silo stops, Orleans deactivates all its grains at once. Users' finish what has been asked of them, and by then the ranking grain may be gone: its
/// messages are refused or, when they meet with one that has just gone (<c>StatelessWorkerGrainContext</c> of Orleans 10.4), lost without a word. Whoever waited
/// would keep the user from leaving, and all who ask for the user waiting, until the call times out. So from the first moment of the stop on the answer is made
/// where it is wanted.
/// </remarks>
internal sealed class LocalRanking(RankedAnswers answers, SiloReadiness readiness, IGrainFactory grains)
{
    public async Task<RecommendationAnswer> RecommendAsync(RankingCall call, CancellationToken cancellationToken)
    {
        var stopping = readiness.Stopping;
        if (!stopping.IsCancellationRequested)
        {
            try
            {
                return await grains.GetKnownGrain<IRankingGrain>(0).RecommendAsync(new(call), cancellationToken).WaitAsync(stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Refused, lost or just late: what the question is about is all here.
            }
        }

        return await answers.RecommendAsync(call, cancellationToken);
    }
}
