using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RecActors.Catalog;
using RecActors.Journal;
using RecActors.Models;

namespace RecActors.Storage;

public sealed class EmbeddedStorageRegistrationTests : IDisposable
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddRecActorsEmbeddedStorage_Started_OffersThePortsAndReleasesTheFolder()
    {
        await using (var services = Services(_folder.Path))
        {
            await StartAsync(services);
            await services.GetRequiredService<IUserJournal>().RegisterAsync("ann", None);
            await services.GetRequiredService<ICatalogStore>().PutAsync(new ItemRecord { ItemId = "a" }, None);
            Assert.Empty(await services.GetRequiredService<IBundleStore>().ListAsync(None));
            Assert.Throws<DataFolderException>(() => _folder.Open());
        }

        await using var reopened = _folder.Open();
        Assert.True(await reopened.Journal.ContainsAsync("ann", None));
    }

    [Fact]
    public async Task AddRecActorsEmbeddedStorage_FolderInUse_IsRefusedAtTheStart()
    {
        await using var holder = _folder.Open();
        await using var services = Services(_folder.Path);
        await Assert.ThrowsAsync<DataFolderException>(() => StartAsync(services));
    }

    [Fact]
    public void AddRecActorsEmbeddedStorage_DisposedInStep_ReleasesTheFolder()
    {
        using (var services = Services(_folder.Path))
        {
            services.GetRequiredService<IUserJournal>();
        }

        _folder.Open().Dispose();
    }

    [Theory]
    [InlineData(nameof(EmbeddedStorageOptions.MaxGroupWrites), 0)]
    [InlineData(nameof(EmbeddedStorageOptions.MaxTailEntries), 10)]
    [InlineData(nameof(EmbeddedStorageOptions.RangeWindowEntries), -1)]
    public void AddRecActorsEmbeddedStorage_OptionOutOfRange_IsRefusedByName(string option, int value)
    {
        using var services = Services(_folder.Path, options => typeof(EmbeddedStorageOptions).GetProperty(option)!.SetValue(options, value));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IUserJournal>());
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(string folder, Action<EmbeddedStorageOptions>? configure = null) =>
        new ServiceCollection().AddRecActorsEmbeddedStorage(folder, configure).BuildServiceProvider();

    private static async Task StartAsync(ServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(None);
        }
    }
}
