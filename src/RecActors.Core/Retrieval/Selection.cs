namespace RecActors.Retrieval;

/// <summary>Hoare's selection.</summary>
internal static class Selection
{
    /// <summary>Brings the <paramref name="count"/> smallest keys to the front, the largest of them last; the keys are distinct or equal alike.</summary>
    public static void Best(Span<ulong> keys, int count)
    {
        if (count <= 0 || count > keys.Length)
        {
            return;
        }

        var (left, right, target) = (0, keys.Length - 1, count - 1);
        while (left < right)
        {
            var pivot = MedianOfThree(keys[left], keys[(int)(((uint)left + (uint)right) / 2)], keys[right]);
            var (low, high) = (left, right);
            while (low <= high)
            {
                while (keys[low] < pivot)
                {
                    low++;
                }

                while (keys[high] > pivot)
                {
                    high--;
                }

                if (low <= high)
                {
                    (keys[low], keys[high]) = (keys[high], keys[low]);
                    low++;
                    high--;
                }
            }

            if (target <= high)
            {
                right = high;
            }
            else if (target >= low)
            {
                left = low;
            }
            else
            {
                return;
            }
        }
    }

    private static ulong MedianOfThree(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
