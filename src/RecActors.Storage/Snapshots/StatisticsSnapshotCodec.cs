using System.Runtime.InteropServices;
using System.Text;
using RecActors.ItemToItem;
using RecActors.Trending;

namespace RecActors.Snapshots;

/// <summary>A snapshot of the item statistics as bytes: a head, recent popularity, the statistics as a bundle has them, and what is trending.</summary>
internal static class StatisticsSnapshotCodec
{
    private const int Format = 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(Stream stream, ItemStatisticsSnapshot snapshot)
    {
        using var writer = new BinaryWriter(stream, StrictUtf8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(snapshot.Position);
        writer.Write(snapshot.ModelVersion);
        writer.Write(snapshot.Rules);
        var recency = snapshot.Recency;
        writer.Write(recency.Clock);
        writer.Write(recency.ItemIds.Length);
        writer.Write(recency.Sums.Length);
        foreach (var itemId in recency.ItemIds)
        {
            writer.Write(itemId);
        }

        writer.Write(MemoryMarshal.AsBytes(recency.LastEpochs.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(recency.Sums.AsSpan()));
        snapshot.State.Write(writer);
        snapshot.State.Trending.Write(writer);
    }

    /// <exception cref="InvalidDataException">Not what <see cref="Write"/> wrote.</exception>
    public static unsafe ItemStatisticsSnapshot Read(ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            using var stream = new UnmanagedMemoryStream(start, content.Length);
            using var reader = new BinaryReader(stream, StrictUtf8);
            if (reader.ReadInt32() is var format && format != Format)
            {
                throw new InvalidDataException($"it is of format {format}, and this version reads format {Format}");
            }

            var (position, version, rules) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64());
            var recency = ReadRecency(reader);
            var state = ItemStatisticsState.Read(reader);
            return new ItemStatisticsSnapshot(position, version, rules, state with { Trending = TrendingState.Read(reader) }, recency);
        }
    }

    private static RecencyState ReadRecency(BinaryReader reader)
    {
        var (clock, items, sums) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32());
        if (items < 0 || sums < 0 || items > reader.BaseStream.Length || sums > reader.BaseStream.Length)
        {
            throw new InvalidDataException("its recent popularity has impossible lengths");
        }

        var recency = new RecencyState(clock, new string[items], new int[items], new long[sums]);
        for (var i = 0; i < items; i++)
        {
            recency.ItemIds[i] = reader.ReadString();
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(recency.LastEpochs.AsSpan()));
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(recency.Sums.AsSpan()));
        return recency;
    }
}
