using System.Text.Json;
using RecActors.Json;
using RecActors.Training;

namespace RecActors.Models;

public sealed class ModelBodiesTests
{
    [Fact]
    public void From_Listing_HasTheDocumentedShape()
    {
        var model = new ModelDescription
        {
            Version = 4,
            CreatedMs = 1_769_860_800_000,
            Reason = "request",
            JournalCut = 100_836,
            Users = 610,
            Items = 9724,
            Events = 100_836,
            TrainingSeconds = 12.5,
            Metrics = new Dictionary<string, double> { ["NDCG@10"] = 0.0625 },
        };

        Assert.Equal(
            """{"ServingVersion":4,"PreviousVersion":3,"Models":[{"Version":4,"Created":"2026-01-31T12:00:00Z","Reason":"request","JournalCut":100836,"Users":610,"Items":9724,"Events":100836,"TrainingSeconds":12.5,"Metrics":{"NDCG@10":0.0625}}]}""",
            JsonSerializer.Serialize(ModelListBody.From(new ModelListing([model], 4, 3)), ApiJson.TypeOf<ModelListBody>()));
    }

    [Fact]
    public void From_RefitStatus_HasTheDocumentedShape()
    {
        var status = new RefitStatus
        {
            State = RefitState.Completed,
            RefitId = 2,
            Stage = "done",
            Fraction = 1,
            StartedMs = 1_769_860_800_000,
            EndedMs = 1_769_860_801_000,
            ModelVersion = 5,
        };

        Assert.Equal(
            """{"State":"Completed","RefitId":2,"Stage":"done","Fraction":1,"Started":"2026-01-31T12:00:00Z","Ended":"2026-01-31T12:00:01Z","ModelVersion":5,"Message":null,"Metrics":{}}""",
            JsonSerializer.Serialize(RefitStatusBody.From(status), ApiJson.TypeOf<RefitStatusBody>()));
    }
}
