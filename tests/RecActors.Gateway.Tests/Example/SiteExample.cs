using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RecActors.Clients;
using RecActors.Feedback;
using RecActors.Users;

namespace RecActors.Example;

/// <summary>The example of docs/dotnet.md, which has the lines between the marks.</summary>
internal static class SiteExample
{
    public static WebApplication Build(string[] args, Uri recActors)
    {
        // <example>
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddRecActorsHttpClient(recActors);
        var app = builder.Build();

        app.MapGet("/home/{user}", async (string user, IRecActorsClient recommender, CancellationToken cancellation) =>
        {
            var answer = await recommender.RecommendAsync(user, new() { Count = 12 }, cancellation);
            return answer.Items.Select(item => item.ItemId);
        });

        app.MapPost("/likes/{user}/{item}", async (string user, string item, IRecActorsClient recommender, CancellationToken cancellation) =>
        {
            var like = new FeedbackAction(FeedbackOperation.Add, "like", item, 1, TimestampMs: 0);
            await recommender.ActAsync(user, [like], cancellation);
            return Results.NoContent(); // the next /home has seen it
        });
        // </example>
        return app;
    }
}
