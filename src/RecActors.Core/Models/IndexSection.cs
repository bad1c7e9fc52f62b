using RecActors.Retrieval;

namespace RecActors.Models;

/// <summary><c>index.bin</c> and <c>sequence-index.bin</c>: the index of vectors, in the format that <c>docs/bundle-format.md</c> describes.</summary>
internal static class IndexSection
{
    public static void Write(BinaryWriter writer, InvertedFileState index)
    {
        writer.Write(index.Centroids.Length);
        writer.Write(index.Lists.Length);
        writer.Write(index.Reach);
        writer.Write(index.ReachOfMany);
        writer.Write(index.AskedRecall);
        writer.Write(index.Recall);
        writer.Write(index.Scanned);
        BundleSections.WriteFloats(writer, index.Centroids);
        BundleSections.WriteInts(writer, index.Lists);
    }

    public static InvertedFileState Read(BinaryReader reader, int vectors, int dimensions)
    {
        var centroids = BundleSections.ReadCount(reader, sizeof(float));
        var lists = BundleSections.ReadCount(reader, sizeof(int));
        var (reach, reachOfMany) = (reader.ReadSingle(), reader.ReadSingle());
        var (asked, recall, scanned) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        var index = new InvertedFileState
        {
            Centroids = BundleSections.ReadFloats(reader, centroids),
            Lists = BundleSections.ReadInts(reader, lists),
            Reach = reach,
            ReachOfMany = reachOfMany,
            AskedRecall = asked,
            Recall = recall,
            Scanned = scanned,
        };
        index.Validate(vectors, dimensions);
        return index;
    }
}
