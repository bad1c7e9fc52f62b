using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RecActors.Hosting;

public sealed class GatewayOptionsTests(ApiServer server)
{
    [Fact]
    public async Task Start_OptionOutOfRange_IsRefusedNamingIt()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddRecActorsGateway(options => options.MaxBatch = 0);
        builder.Services.AddSingleton(server.Grains);
        await using var app = builder.Build();

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(nameof(GatewayOptions.MaxBatch), refusal.Message, StringComparison.Ordinal);
    }
}
