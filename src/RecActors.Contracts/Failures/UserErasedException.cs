namespace RecActors.Failures;

/// <summary>The user was erased, and nothing is taken for the id until the configured time is over or the user is admitted again.</summary>
[GenerateSerializer, Alias("recactors.user-erased")]
public sealed class UserErasedException : Exception
{
    public UserErasedException()
    {
    }

    public UserErasedException(string message)
        : base(message)
    {
    }

    public UserErasedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
