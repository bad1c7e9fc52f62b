using RecActors.Catalog;
using RecActors.Packing;

namespace RecActors.Snapshots;

/// <summary>A catalog snapshot as bytes. Documented in <c>docs/storage-format.md</c>.</summary>
internal static class CatalogSnapshotCodec
{
    private const byte Format = 1;

    /// <summary>Bytes that are gathered before they are written.</summary>
    private const int BufferBytes = 1 << 16;

    public static void Write(Stream stream, CatalogSnapshot snapshot)
    {
        var writer = new PackedWriter(BufferBytes * 2);
        writer.WriteByte(Format);
        writer.WriteSigned(snapshot.Cursor);
        writer.WriteSigned(snapshot.TokenRules);
        writer.WriteByte((byte)(snapshot.HasLabels ? 1 : 0));
        writer.WriteVarint((ulong)snapshot.Tokens.Count);
        foreach (var token in snapshot.Tokens)
        {
            writer.WriteText(token);
            Drain(writer, stream, BufferBytes);
        }

        writer.WriteVarint((ulong)snapshot.Items.Count);
        foreach (var item in snapshot.Items)
        {
            WriteItem(writer, item);
            Drain(writer, stream, BufferBytes);
        }

        Drain(writer, stream, 0);
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static CatalogSnapshot Read(ReadOnlySpan<byte> content)
    {
        var reader = new PackedReader(content);
        if (reader.ReadByte() is var format && format != Format)
        {
            throw new InvalidDataException($"it is of format {format}, and this version reads format {Format}");
        }

        var (cursor, rules, hasLabels) = (reader.ReadSigned(), (int)reader.ReadSigned(), reader.ReadByte() != 0);
        var tokens = new List<string>();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            tokens.Add(reader.ReadText());
        }

        var items = new List<CatalogSnapshotItem>();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            items.Add(ReadItem(ref reader, tokens.Count));
        }

        return reader.AtEnd ? new CatalogSnapshot(cursor, rules, hasLabels, tokens, items) : throw new InvalidDataException("there are bytes left over");
    }

    private static void WriteItem(PackedWriter writer, in CatalogSnapshotItem item)
    {
        writer.WriteSigned(item.ChangeNumber);
        if (item.Item is not { } record)
        {
            writer.WriteVarint(0);
            writer.WriteText(item.ItemId);
            return;
        }

        var bytes = ItemRecordCodec.Encode(record);
        writer.WriteVarint((ulong)bytes.Length);
        writer.WriteBytes(bytes);
        writer.WriteVarint((ulong)item.Features.Tokens.Length);
        writer.WriteVarint((ulong)item.Features.Categories.Length);
        writer.WriteVarint((ulong)item.Features.Year);
        foreach (var token in item.Features.Tokens)
        {
            writer.WriteVarint((ulong)token);
        }
    }

    private static CatalogSnapshotItem ReadItem(ref PackedReader reader, int vocabulary)
    {
        var number = reader.ReadSigned();
        var length = reader.ReadCount();
        if (length == 0)
        {
            return new CatalogSnapshotItem(reader.ReadText(), number, null, ContentFeatures.Empty);
        }

        var start = reader.Offset;
        reader.Skip(length);
        var record = ItemRecordCodec.Decode(reader.Slice(start));
        var (count, categories, year) = (reader.ReadCount(), reader.ReadCount(), reader.ReadCount());
        if (count > reader.Remaining || categories > count)
        {
            throw new InvalidDataException("the tokens of an item do not fit");
        }

        var tokens = new int[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = reader.ReadCount() is var token && token < vocabulary ? token : throw new InvalidDataException("an item has an unknown token");
        }

        return new CatalogSnapshotItem(record.ItemId, number, record, count == 0 ? ContentFeatures.Empty : new ContentFeatures(tokens, categories, year));
    }

    private static void Drain(PackedWriter writer, Stream stream, int above)
    {
        if (writer.Length > above)
        {
            stream.Write(writer.Written);
            writer.Clear();
        }
    }
}
