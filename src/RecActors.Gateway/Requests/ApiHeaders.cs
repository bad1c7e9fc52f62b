namespace RecActors.Requests;

/// <summary>The API's own headers.</summary>
internal static class ApiHeaders
{
    public const string UserVersion = "X-User-Version";

    public const string ModelVersion = "X-Model-Version";

    public const string MinimumUserVersion = "X-Minimum-User-Version";

    /// <summary>There, and <c>true</c>, on an answer that may lack actions acknowledged elsewhere.</summary>
    public const string Stale = "X-RecActors-Stale";

    /// <summary>Names the answer in later feedback.</summary>
    public const string RecommendationId = "X-Recommendation-Id";

    /// <summary>There on an answer that gave parts of the work up because its time was running out, and names the step.</summary>
    public const string Degraded = "X-RecActors-Degraded";

    public const string ApiVersion = "X-API-Version";

    public const string ApiKey = "X-API-Key";
}
