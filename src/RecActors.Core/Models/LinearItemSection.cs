using RecActors.ItemToItem;

namespace RecActors.Models;

/// <summary><c>linear.bin</c>: the linear item model, in the format that <c>docs/bundle-format.md</c> describes.</summary>
internal static class LinearItemSection
{
    public static void Write(BinaryWriter writer, LinearItemModel model)
    {
        writer.Write(model.ItemIds.Count);
        writer.Write(model.Targets.Length);
        foreach (var itemId in model.ItemIds)
        {
            writer.Write(itemId);
        }

        BundleSections.WriteInts(writer, model.Starts);
        BundleSections.WriteInts(writer, model.Targets);
        BundleSections.WriteFloats(writer, model.Weights);
    }

    public static LinearItemModel Read(BinaryReader reader)
    {
        var items = BundleSections.ReadCount(reader, 1);
        var weights = BundleSections.ReadCount(reader, sizeof(float));
        var itemIds = BundleSections.ReadIds(reader, items);
        return new()
        {
            ItemIds = itemIds,
            Starts = BundleSections.ReadInts(reader, items + 1L),
            Targets = BundleSections.ReadInts(reader, weights),
            Weights = BundleSections.ReadFloats(reader, weights),
        };
    }
}
