namespace RecActors.Models;

/// <summary>
/// The model that serves, and the one before it, kept for requests in flight and for rolling back. Thread-safe: a reader takes
/// <see cref="Current"/> once and works with that model to the end of its request.
/// </summary>
public sealed class ModelHolder
{
    private readonly Lock _writer = new();
    private ServingModel _current = ServingModel.ColdStart;
    private ServingModel? _previous;

    /// <summary>The model that serves.</summary>
    public ServingModel Current => Volatile.Read(ref _current);

    /// <summary>The model that served before, or null; it still follows the catalog.</summary>
    public ServingModel? Previous => Volatile.Read(ref _previous);

    /// <summary>
    /// Makes a model serve. The one that served becomes <see cref="Previous"/>; the previous one is disposed, unless it is the
    /// model that comes to serve again.
    /// </summary>
    public void Swap(ServingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        lock (_writer)
        {
            if (ReferenceEquals(model, _current))
            {
                return;
            }

            var retired = _previous;
            Volatile.Write(ref _previous, _current);
            Volatile.Write(ref _current, model);
            if (!ReferenceEquals(retired, model))
            {
                retired?.Dispose();
            }
        }
    }
}
