using CsCheck;

namespace RecActors.Catalog;

public sealed class ItemRecordCodecTests
{
    private static readonly Gen<ItemRecord> AnyItem = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 8],
        Gen.Bool,
        Gen.String.Array[0, 3],
        Gen.Long,
        Gen.Long.Nullable(),
        Gen.String.Null(),
        Gen.String.Null(),
        Gen.Long[1, long.MaxValue],
        (id, hidden, categories, time, expiry, labels, comment, version) => new ItemRecord
        {
            ItemId = id,
            IsHidden = hidden,
            Categories = categories,
            TimestampMs = time,
            ExpiresAtMs = expiry,
            LabelsJson = labels,
            Comment = comment,
            Version = version,
        });

    [Fact]
    public void Codec_AnyItem_IsItAgain() => AnyItem.Sample(item => AssertSame(item, ItemRecordCodec.Decode(ItemRecordCodec.Encode(item))));

    [Fact]
    public void Codec_NewerFormat_IsRefused()
    {
        var bytes = ItemRecordCodec.Encode(new ItemRecord { ItemId = "a" });
        bytes[0]++;
        Assert.Throws<InvalidDataException>(() => ItemRecordCodec.Decode(bytes));
    }

    private static void AssertSame(ItemRecord expected, ItemRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Categories, actual.Categories);
        Assert.Equal(expected, actual with { Categories = expected.Categories });
    }
}
