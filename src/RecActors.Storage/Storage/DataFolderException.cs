namespace RecActors.Storage;

/// <summary>
/// A data folder was refused: another process uses it, or a file in it is corrupt, foreign or of a newer format. The
/// message says what is wrong, where, and what to do. Nothing in the folder was changed.
/// </summary>
public sealed class DataFolderException : IOException
{
    public DataFolderException()
    {
    }

    public DataFolderException(string message)
        : base(message)
    {
    }

    public DataFolderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
