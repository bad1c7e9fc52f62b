using Microsoft.AspNetCore.Http;

namespace RecActors.Requests;

/// <summary>A feature of requests above the bound of those in flight: what cannot be answered from memory is refused. Thread-safe.</summary>
internal sealed class AboveTheBound(Func<HttpResponse, Task> refuse)
{
    public Task RefuseAsync(HttpContext http) => refuse(http.Response);
}
