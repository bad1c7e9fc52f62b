using System.Globalization;
using RecActors.Users;
using Spectre.Console;

namespace RecActors.Demo;

/// <summary>
/// Shows a user's recommendations, acts three times in a genre that the user seldom touches, and shows what became of the
/// list. Actions and recommendations go over HTTP; only the user's taste, which the API does not serve, is asked of the grain.
/// </summary>
internal sealed class DemoTour(RecommenderClient api, IGrainFactory grains, IAnsiConsole console, StepTimes times, TimeProvider time)
{
    private const int ListLength = 10;
    private const int NewActions = 3;

    // Genres with enough well-known films to choose three from.
    private static readonly string[] Genres = ["Animation", "Sci-Fi", "Horror", "Romance", "War", "Crime", "Documentary"];

    public async Task RunAsync(string userId, CancellationToken cancellationToken)
    {
        var taste = await grains.GetGrain<IUserGrain>(userId).GetTasteAsync(cancellationToken);
        if (taste.RecentItems.Count == 0)
        {
            throw new Hosting.StartupException($"User {userId} has no actions in this data folder: choose another with --user.");
        }

        Rule($"User {userId}: {taste.UserVersion} actions");
        console.Write(TourTables.Taste(taste));

        var before = await times.MeasureAsync("recommend, first call", () => api.RecommendAsync(userId, ListLength, null, cancellationToken));
        Rule($"Top {ListLength}, model {before.ModelVersion}");
        console.Write(TourTables.Recommendations(before));

        var genre = RarestGenre(taste);
        var chosen = (await api.RecommendAsync(userId, NewActions, genre, cancellationToken)).Items;
        var version = await times.MeasureAsync($"post {chosen.Count} actions, durable", () =>
            api.PostFeedbackAsync([.. chosen.Select(item => Rate(userId, item.Id))], cancellationToken));
        var after = await times.MeasureAsync("recommend with the new actions", () => api.RecommendAsync(userId, ListLength, null, cancellationToken));

        Rule($"User {userId} rates three of {genre} with 5 stars: version {before.UserVersion} becomes {version}");
        foreach (var item in chosen)
        {
            console.MarkupLineInterpolated($"  5 ★  {item.Name ?? item.Id}");
        }

        Rule($"The very next top {ListLength}, made from version {after.UserVersion}");
        console.Write(TourTables.Changes(before, after));
        console.MarkupLineInterpolated($"[grey]Gone: {TourTables.Gone(before, after)}[/]");
        await times.MeasureAsync("recommend again, nothing new", () => api.RecommendAsync(userId, ListLength, null, cancellationToken));
    }

    private static string RarestGenre(UserTaste taste)
    {
        var shares = taste.Categories.ToDictionary(category => category.Category, category => category.Share);
        return Genres.MinBy(genre => shares.GetValueOrDefault(genre))!;
    }

    private PostedAction Rate(string userId, string itemId) =>
        new("rating", userId, itemId, 5, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));

    private void Rule(string title)
    {
        console.WriteLine();
        console.Write(new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified());
    }
}
