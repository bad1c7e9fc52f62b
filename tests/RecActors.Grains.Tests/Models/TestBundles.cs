using System.Numerics.Tensors;
using RecActors.Interest;

namespace RecActors.Models;

/// <summary>Small bundles that are told apart by their answers.</summary>
internal static class TestBundles
{
    private const int Dimensions = 8;

    /// <summary>A bundle whose vectors are drawn from its version.</summary>
    public static ModelBundle Of(long version, IReadOnlyList<string> itemIds, long journalCut = 0)
    {
        var random = new Random((int)version);
        var vectors = new float[itemIds.Count * Dimensions];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = random.NextSingle() - 0.5f;
        }

        var gram = new float[Dimensions * Dimensions];
        for (var item = 0; item < itemIds.Count; item++)
        {
            var vector = vectors.AsSpan(item * Dimensions, Dimensions);
            for (var row = 0; row < Dimensions; row++)
            {
                var target = gram.AsSpan(row * Dimensions, Dimensions);
                TensorPrimitives.MultiplyAdd(vector, vector[row], target, target);
            }
        }

        return new ModelBundle
        {
            Manifest = new BundleManifest { Version = version, Dimensions = Dimensions, JournalCut = journalCut, Reason = "test", Items = itemIds.Count },
            ItemIds = itemIds,
            ItemVectors = vectors,
            FoldIn = FoldInParameters.Default with { Dimensions = Dimensions, ItemCount = itemIds.Count },
            Gram = gram,
        };
    }
}
