using Microsoft.AspNetCore.Http;
using RecActors.Ranking;
using RecActors.Requests;

namespace RecActors.Attribution;

/// <summary>Marks an answer as shown: it gets its id, and is counted. Thread-safe.</summary>
internal sealed class ShownRecommendations(RecommendationIds ids, OnlineQuality quality)
{
    /// <param name="response">Gets the header.</param>
    /// <param name="list">Which list it is.</param>
    /// <param name="userId">Whose it is; null for a session.</param>
    /// <param name="answer">What is answered.</param>
    public void Mark(HttpResponse response, RecommendedList list, string? userId, RecommendationAnswer answer) =>
        MarkWith(response, list, ids.Of(list, userId, answer), answer);

    /// <summary>The same with the id that the answer has; null for none.</summary>
    public void MarkWith(HttpResponse response, RecommendedList list, string? id, RecommendationAnswer answer)
    {
        if (id is not null)
        {
            response.Headers[ApiHeaders.RecommendationId] = id;
            quality.Shown(list, answer.ModelVersion, answer.Items.Count);
        }
    }
}
