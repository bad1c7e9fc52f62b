using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using RecActors.Calls;
using RecActors.Hosting;

namespace RecActors.Requests;

/// <summary>What an endpoint that writes users or items needs.</summary>
internal readonly record struct WriteServices(
    [FromServices] GrainCalls Calls, [FromServices] IOptions<GatewayOptions> Options, [FromServices] TimeProvider Time)
{
    public GatewayOptions Limits => Options.Value;

    public Validation StartValidation() => new(Options.Value, Time.GetUtcNow().ToUnixTimeMilliseconds());
}
