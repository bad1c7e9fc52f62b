using Microsoft.AspNetCore.Http;
using RecActors.Json;
using RecActors.Problems;
using RecActors.Requests;

namespace RecActors.Items;

/// <summary>Neighbours of an item or a user: with scores, as the Gorse API has them; with <c>X-API-Version: 1</c> ids alone, as the types of gorsejs have them.</summary>
internal static class NeighborAnswers
{
    /// <summary>The name of the one list of neighbours that there is of items, and of users.</summary>
    public const string ListName = "neighbors";

    public static IResult Of(HttpContext http, ScoreBody[] neighbors) => http.Request.Headers[ApiHeaders.ApiVersion].ToString().Trim() == "1"
        ? ApiJson.Answer(Array.ConvertAll(neighbors, neighbor => neighbor.Id))
        : ApiJson.Answer(neighbors);

    /// <summary>The refusal of a name that no list has.</summary>
    public static ProblemException NoList(string name, string known) => new(ProblemTypes.NotFound($"There is no list {name}; there is: {known}."));
}
