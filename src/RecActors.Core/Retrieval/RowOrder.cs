namespace RecActors.Retrieval;

/// <summary>
/// The one order of every list: higher scores first, equal scores by ascending row. A (score, row) pair becomes one integer
/// whose ascending order it is, so that sorting and selecting compare integers.
/// </summary>
internal static class RowOrder
{
    private const uint SignBit = 0x8000_0000;

    /// <summary>The key of a pair; rows are not negative. NaN sorts last, as the worst score.</summary>
    public static ulong KeyOf(float score, int row)
    {
        if (float.IsNaN(score))
        {
            score = float.NegativeInfinity;
        }

        // + 0 turns -0 into 0: they are equal scores.
        var bits = BitConverter.SingleToUInt32Bits(score + 0f);
        var ascending = (bits & SignBit) != 0 ? ~bits : bits | SignBit;
        return ((ulong)~ascending << 32) | (uint)row;
    }

    public static int RowOf(ulong key) => (int)(uint)key;

    public static float ScoreOf(ulong key)
    {
        var ascending = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ascending & SignBit) != 0 ? ascending & ~SignBit : ~ascending);
    }
}
