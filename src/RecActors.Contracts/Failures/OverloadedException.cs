namespace RecActors.Failures;

/// <summary>Too much is waiting already. Nothing of the call was done; it may be repeated a little later.</summary>
[GenerateSerializer, Alias("recactors.overloaded")]
public sealed class OverloadedException : Exception
{
    public OverloadedException()
    {
    }

    public OverloadedException(string message)
        : base(message)
    {
    }

    public OverloadedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
