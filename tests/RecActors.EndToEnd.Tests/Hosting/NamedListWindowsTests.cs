using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecActors.Items;
using RecActors.ItemToItem;
using RecActors.Processes;
using RecActors.Trending;

namespace RecActors.Hosting;

public sealed class NamedListWindowsTests
{
    [Theory]
    [InlineData("1h", true)]
    [InlineData(null, true)]
    [InlineData("1hr", false)]
    [InlineData("15min", false)]
    public void Validate_ListOfAWindowThatIsNotCounted_IsRefused(string? window, bool isValid) =>
        Assert.Equal(isValid, Validate(window, new TrendingOptions()).Succeeded);

    [Fact]
    public void Validate_WindowsOfTheConfiguration_AreThoseThatThereAre()
    {
        var counted = new TrendingOptions { Windows = { ["1d"] = TimeSpan.FromDays(1), ["15min"] = TimeSpan.FromMinutes(15) } };

        Assert.True(Validate("15min", counted).Succeeded);
        Assert.Contains("the list hot names the window 1h, and the windows that are counted are 15min, 1d", Validate("1h", counted).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ListOfAWindowThatIsNotCounted_DoesNotStart()
    {
        using var folder = new DataFolder();
        using var settings = new DataFolder();
        var configFile = Path.Combine(settings.Path, "settings.json");
        await File.WriteAllTextAsync(configFile, """{"RecActors":{"Lists":{"Named":{"hot":{"Order":"Trending","Window":"1hr"}}}}}""", TestContext.Current.CancellationToken);

        await using var app = ServerHost.Build(new ServerSettings { DataFolder = folder.Path, ColdStart = true, ConfigFile = configFile });

        var refusal = Assert.Throws<OptionsValidationException>(app.Services.GetRequiredService<IStartupValidator>().Validate);
        Assert.Contains("the list hot names the window 1hr", refusal.Message, StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(string? window, TrendingOptions counted)
    {
        var lists = new NamedListsOptions { Named = { ["hot"] = new() { Order = NamedListOrder.Trending, Window = window } } };
        return new NamedListWindows(Options.Create(new ItemStatisticsOptions { Trending = counted })).Validate(null, lists);
    }
}
