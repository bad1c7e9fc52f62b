namespace RecActors.Anonymous;

/// <summary>Erases anonymous sessions whose time is over. One in the cluster: key 0.</summary>
[Alias("recactors.anonymous-sessions"), GrainInterfaceType("recactors.anonymous-sessions")]
internal interface IAnonymousSessionsGrain : IGrainWithIntegerKey
{
    /// <summary>Does a bounded part of the work, unless it was done less than an interval ago. Returns how many sessions were erased.</summary>
    [Alias("run")]
    Task<int> RunAsync(CancellationToken cancellationToken = default);
}
