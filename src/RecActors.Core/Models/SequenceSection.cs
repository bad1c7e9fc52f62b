using RecActors.Sequences;

namespace RecActors.Models;

/// <summary><c>sequence.bin</c>: the sequence model, in the format that <c>docs/bundle-format.md</c> describes.</summary>
internal static class SequenceSection
{
    public static void Write(BinaryWriter writer, SequenceModel model)
    {
        writer.Write(model.Dimensions);
        writer.Write(model.ItemIds.Count);
        writer.Write(model.Decays.Length);
        writer.Write(model.KindGains.Length);
        writer.Write(model.Temperature);
        foreach (var itemId in model.ItemIds)
        {
            writer.Write(itemId);
        }

        foreach (var values in new[] { model.Inputs, model.Outputs, model.Decays, model.Mixing, model.KindGains, model.KindVectors })
        {
            BundleSections.WriteFloats(writer, values);
        }
    }

    public static SequenceModel Read(BinaryReader reader)
    {
        var dimensions = BundleSections.ReadCount(reader, sizeof(float));
        var items = BundleSections.ReadCount(reader, 1);
        var decays = BundleSections.ReadCount(reader, sizeof(float));
        var kinds = BundleSections.ReadCount(reader, sizeof(float));
        var temperature = reader.ReadSingle();
        var itemIds = BundleSections.ReadIds(reader, items);
        return new()
        {
            Dimensions = dimensions,
            ItemIds = itemIds,
            Inputs = BundleSections.ReadFloats(reader, (long)items * dimensions),
            Outputs = BundleSections.ReadFloats(reader, (long)items * dimensions),
            Decays = BundleSections.ReadFloats(reader, decays),
            Mixing = BundleSections.ReadFloats(reader, (long)decays * dimensions),
            KindGains = BundleSections.ReadFloats(reader, kinds),
            KindVectors = BundleSections.ReadFloats(reader, (long)kinds * dimensions),
            Temperature = temperature,
        };
    }
}
