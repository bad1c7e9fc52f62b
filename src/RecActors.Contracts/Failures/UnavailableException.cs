namespace RecActors.Failures;

/// <summary>
/// The call cannot be answered now, and may be repeated. A write that failed with it may or may not have become durable:
/// repeat it with the same event ids.
/// </summary>
[GenerateSerializer, Alias("recactors.unavailable")]
public sealed class UnavailableException : Exception
{
    public UnavailableException()
    {
    }

    public UnavailableException(string message)
        : base(message)
    {
    }

    public UnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
