using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Storage;

namespace RecActors.GrainState;

public sealed class SqliteGrainStorageRegistrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddSqliteGrainStorage_NamedAndDefault_AreResolvedByNameAndStore()
    {
        var silo = new Silo(new ServiceCollection().AddSerializer().AddRecActorsEmbeddedStorage(_folder.Path));
        silo.AddSqliteGrainStorage("profiles").AddSqliteGrainStorageAsDefault();
        await using var services = silo.Services.BuildServiceProvider();

        foreach (var name in new[] { "profiles", "Default" })
        {
            var provider = services.GetRequiredKeyedService<IGrainStorage>(name);
            var grain = GrainId.Create("user", "ann");
            await provider.WriteStateAsync("state", grain, new GrainState<string>($"in {name}"));
            var read = new GrainState<string>("");
            await provider.ReadStateAsync("state", grain, read);
            Assert.Equal($"in {name}", read.State);
        }
    }

    private sealed class Silo(IServiceCollection services) : ISiloBuilder
    {
        public IServiceCollection Services => services;

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }
}
