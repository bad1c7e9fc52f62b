using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RecActors.Requests;

/// <summary>An <see cref="AdmissionLimit"/> as ASP.NET's rate limiting asks for it: at once, without a queue. Thread-safe.</summary>
/// <param name="limit">The limit, which several of these may share.</param>
/// <param name="isTimed">Whether the time of these requests says something of the load.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionLimiter(AdmissionLimit limit, bool isTimed, TimeProvider time) : RateLimiter
{
    private static readonly Lease Refused = new(null);

    /// <summary>Never idle: it is the gateway's for good.</summary>
    public override TimeSpan? IdleDuration => null;

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        if (!limit.TryEnter())
        {
            return Refused;
        }

        var entered = time.GetTimestamp();
        return new Lease(() => limit.Leave(isTimed ? time.GetElapsedTime(entered) : null));
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

    private sealed class Lease(Action? leave) : RateLimitLease
    {
        private Action? _leave = leave;

        public override bool IsAcquired { get; } = leave is not null;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
        {
            metadata = null;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Exchange(ref _leave, null)?.Invoke();
            base.Dispose(disposing);
        }
    }
}
