using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RecActors.Items;
using RecActors.Json;
using RecActors.Requests;

namespace RecActors.Ranking;

/// <summary>The three shapes of a recommendation: ids, ids with scores, and reasons.</summary>
internal static class RecommendAnswers
{
    public static IResult Ids(RecommendationAnswer answer) => new WrittenJson(IdsInJson(answer));

    /// <summary>The body of <see cref="Ids"/>.</summary>
    public static byte[] IdsInJson(RecommendationAnswer answer)
    {
        var ids = new string[answer.Items.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = answer.Items[i].ItemId;
        }

        return JsonSerializer.SerializeToUtf8Bytes(ids, ApiJson.TypeOf<string[]>());
    }

    public static IResult Scores(RecommendationAnswer answer) =>
        ApiJson.Answer(answer.Items.Select(item => new ScoreBody(item.ItemId, item.Score)).ToArray());

    public static IResult Explained(RecommendationAnswer answer) => ApiJson.Answer(ExplainedAnswerBody.From(answer));

    // The names are part of the API.
    private static string NameOf(Degradation degraded) => degraded switch
    {
        Degradation.FewerCandidates => "fewer-candidates",
        Degradation.WithoutRanker => "without-ranker",
        Degradation.Popular => "popular",
        _ => degraded.ToString(),
    };

    public static void SetUserVersion(HttpResponse response, long version) =>
        response.Headers[ApiHeaders.UserVersion] = version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Every shape says in its headers what it was made from.</summary>
    public static void SetVersions(HttpResponse response, RecommendationAnswer answer)
    {
        SetUserVersion(response, answer.UserVersion);
        response.Headers[ApiHeaders.ModelVersion] = answer.ModelVersion.ToString(CultureInfo.InvariantCulture);
        if (answer.MayBeStale)
        {
            response.Headers[ApiHeaders.Stale] = "true";
        }

        if (answer.Degraded != Degradation.None)
        {
            response.Headers[ApiHeaders.Degraded] = NameOf(answer.Degraded);
        }
    }
}
