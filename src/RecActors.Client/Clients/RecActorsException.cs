namespace RecActors.Clients;

/// <summary>A call that was refused, or that had no answer in time; then what it wrote, if anything, is unknown, and repeating it is safe.</summary>
public sealed class RecActorsException : Exception
{
    public RecActorsException()
    {
    }

    public RecActorsException(string message)
        : base(message)
    {
    }

    public RecActorsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>True when the same call may succeed later.</summary>
    public bool IsTransient { get; init; }
}
