using Microsoft.AspNetCore.Http;

namespace RecActors.Requests;

/// <summary>
/// A feature of requests that memory may answer, which takes no place among those in flight: where it does not, they are let in after that, or refused. Thread-safe.
/// </summary>
internal sealed class DeferredAdmission(Func<HttpContext, RequestDelegate, Task> admit)
{
    /// <summary>Goes on within the bound of requests in flight, or refuses above it.</summary>
    public Task AdmitAsync(HttpContext http, RequestDelegate next) => admit(http, next);
}
