using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace RecActors.OpenApi;

/// <summary>What the OpenAPI document says beside what the endpoints say of themselves.</summary>
internal static class ApiDescription
{
    /// <summary>Raised when a request that was right is refused, or an answer loses a member or changes one's meaning; additions leave it.</summary>
    public const string Version = "1";

    private const string KeyScheme = "ApiKey";

    private const string Text =
        "The Gorse REST API, and what RecActors adds beside it. Within a version members and parameters are only added: ignore what you do not know.";

    public static void Configure(OpenApiOptions options) => options
        .AddOperationTransformer(static (operation, context, _) =>
        {
            NameScope(operation, context);
            return Task.CompletedTask;
        })
        .AddDocumentTransformer(static (document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });

    /// <summary>Says which scope the key of a caller must have; what is open to all names none.</summary>
    private static void NameScope(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Select(data => data.Policy).FirstOrDefault() is { } scope)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [scope] }];
        }
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "RecActors", Version = Version, Description = Text };

        // Of whoever serves the document: a golden file of it names no host.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = Requests.ApiHeaders.ApiKey,
        };
        RequestExamples.AddTo(document);
    }
}
