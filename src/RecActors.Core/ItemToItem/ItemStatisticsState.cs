namespace RecActors.ItemToItem;

/// <summary>stub</summary>
public sealed record ItemStatisticsState
{
    /// <summary>No item.</summary>
    public static ItemStatisticsState Empty { get; } = new();

    /// <summary>Ids in ordinal order.</summary>
    public string[] ItemIds { get; init; } = [];

    /// <summary>Compact, deterministic bytes; read back by <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer) => throw new NotImplementedException();

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static ItemStatisticsState Read(BinaryReader reader) => throw new NotImplementedException();
}
