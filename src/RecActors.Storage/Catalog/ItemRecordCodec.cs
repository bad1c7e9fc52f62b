using RecActors.Packing;

namespace RecActors.Catalog;

/// <summary>An item as bytes: format byte, flags, then the fields. Documented in <c>docs/storage-format.md</c>.</summary>
internal static class ItemRecordCodec
{
    public const byte Format = 1;

    private const int IsHidden = 1;
    private const int HasExpiry = 2;
    private const int HasLabels = 4;
    private const int HasComment = 8;

    public static byte[] Encode(ItemRecord item)
    {
        var writer = new PackedWriter();
        writer.WriteByte(Format);
        writer.WriteByte((byte)((item.IsHidden ? IsHidden : 0)
            | (item.ExpiresAtMs.HasValue ? HasExpiry : 0)
            | (item.LabelsJson is not null ? HasLabels : 0)
            | (item.Comment is not null ? HasComment : 0)));
        writer.WriteText(item.ItemId);
        writer.WriteSigned(item.Version);
        writer.WriteSigned(item.TimestampMs);
        writer.WriteVarint((ulong)item.Categories.Count);
        foreach (var category in item.Categories)
        {
            writer.WriteText(category);
        }

        if (item.ExpiresAtMs is { } expiry)
        {
            writer.WriteSigned(expiry);
        }

        if (item.LabelsJson is not null)
        {
            writer.WriteText(item.LabelsJson);
        }

        if (item.Comment is not null)
        {
            writer.WriteText(item.Comment);
        }

        return writer.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no item, or one of a newer format.</exception>
    public static ItemRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var format = reader.ReadByte();
        if (format != Format)
        {
            throw new InvalidDataException($"An item record has format {format}; this version reads format {Format}.");
        }

        var flags = reader.ReadByte();
        return new ItemRecord
        {
            ItemId = reader.ReadText(),
            Version = reader.ReadSigned(),
            TimestampMs = reader.ReadSigned(),
            Categories = ReadCategories(ref reader),
            IsHidden = (flags & IsHidden) != 0,
            ExpiresAtMs = (flags & HasExpiry) != 0 ? reader.ReadSigned() : null,
            LabelsJson = (flags & HasLabels) != 0 ? reader.ReadText() : null,
            Comment = (flags & HasComment) != 0 ? reader.ReadText() : null,
        };
    }

    private static string[] ReadCategories(ref PackedReader reader)
    {
        var count = reader.ReadCount();
        if (count > reader.Remaining)
        {
            throw new InvalidDataException("A stored record is cut short.");
        }

        var categories = count == 0 ? [] : new string[count];
        for (var i = 0; i < categories.Length; i++)
        {
            categories[i] = reader.ReadText();
        }

        return categories;
    }
}
