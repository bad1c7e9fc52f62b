using CsCheck;

namespace RecActors.Ranking;

public sealed class KeyOrderTests
{
    [Fact]
    public void Smallest_DistinctKeys_AreThoseOfSorting() => Gen.Select(Gen.ULong.HashSet[0, 530], Gen.Int[0, 600]).Sample((distinct, wanted) =>
    {
        var keys = distinct.ToArray();
        var room = new ulong[(keys.Length + KeyOrder.Group - 1) / KeyOrder.Group * KeyOrder.Group];
        keys.CopyTo(room, 0);
        var smallest = new ulong[Math.Min(wanted, keys.Length)];

        KeyOrder.Smallest(room, keys.Length, smallest);

        Assert.Equal(keys.Order().Take(wanted), smallest);
    }, iter: 100);

    [Fact]
    public void Smallest_LargestKeyOfAll_IsNotTakenForTheRoomBehind()
    {
        var room = new ulong[KeyOrder.Group];
        room[0] = ulong.MaxValue;
        room[1] = 3;
        var smallest = new ulong[2];

        KeyOrder.Smallest(room, 2, smallest);

        Assert.Equal([3, ulong.MaxValue], smallest);
    }
}
