using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RecActors.Architecture;
using RecActors.Hosting;
using RecActors.Processes;

namespace RecActors.Security;

/// <summary>Every route that a process answers says who may call it.</summary>
public sealed class EndpointPolicyTests
{
    // What everybody may call: probes, the description of the API, and what the console needs before somebody has logged in.
    private static readonly string[] Open = ["/", "/console/{file}", "/api/console/session", "/api/health/live", "/api/health/ready"];

    // What reads although its method is not GET.
    private static readonly string[] ReadsByPost = ["/api/recommend/{user-id}/{category?}", "/api/session/recommend/{category?}"];

    [Theory]
    [InlineData("serve,gateway")]
    [InlineData("serve")]
    public async Task Endpoints_AllOfThem_NameAScopeOrAreMeantToBeOpen(string roles)
    {
        using var folder = new DataFolder();
        await using var app = ServerHost.Build(new ServerSettings { DataFolder = folder.Path, Roles = roles, Redis = roles == "serve" ? "127.0.0.1:1" : null, Urls = "http://127.0.0.1:0" });
        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();

        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText!.Contains("metrics", StringComparison.Ordinal));
        Assert.All(endpoints, endpoint =>
        {
            var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).ToList();
            var path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                Assert.True(Open.Contains(path) || path.StartsWith("/docs", StringComparison.Ordinal) || path.StartsWith("/openapi/", StringComparison.Ordinal), $"{path} is open to all.");
                return;
            }

            Assert.True(policies.Count > 0, $"{path} has no policy: RequireScope says who may call it.");
            Assert.All(policies, policy => Assert.Contains(policy, new[] { "read", "write", "metrics", "admin" }));
            if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.All(HttpMethods.IsGet) != true && policies.Contains("read"))
            {
                Assert.Contains(path, ReadsByPost);
            }
        });
    }

    /// <summary>How long a comparison takes must not tell how much of a hash was right, so the hashes of presented keys are compared in one place.</summary>
    [Fact]
    public void Keys_Presented_AreComparedInConstantTimeOnly()
    {
        var sources = SourceTree.CSharpFiles().Where(path => path.StartsWith("src/RecActors.Gateway/", StringComparison.Ordinal))
            .ToDictionary(path => path, path => File.ReadAllText(Path.Combine(SourceTree.Root, path)));

        Assert.Contains("CryptographicOperations.FixedTimeEquals(hash, key.Hash)", sources["src/RecActors.Gateway/Security/ApiKeys.cs"], StringComparison.Ordinal);
        Assert.All(sources, source => Assert.DoesNotMatch(@"Sha256 *[!=]= |[!=]= *\w+\.Sha256|Hash\.SequenceEqual|SequenceEqual\(.*[Hh]ash", source.Value));
    }
}
