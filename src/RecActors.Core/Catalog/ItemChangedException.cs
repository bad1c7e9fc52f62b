namespace RecActors.Catalog;

/// <summary>An item was not written, because it has changed since the change that its writer knew: it has another owner now, or the store has lost data.</summary>
public sealed class ItemChangedException : Exception
{
    public ItemChangedException()
    {
    }

    public ItemChangedException(string message)
        : base(message)
    {
    }

    public ItemChangedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
