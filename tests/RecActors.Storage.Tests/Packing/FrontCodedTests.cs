namespace RecActors.Packing;

public sealed class FrontCodedTests
{
    [Fact]
    public void MoveNext_NamesOfEveryLength_AreWhatWasAdded()
    {
        // Shared and remaining lengths below, at and above what four bits say, and above what one byte of a varint does.
        string[] names = [.. new[] { 0, 1, 14, 15, 16, 40, 150 }.SelectMany(shared => new[] { 1, 14, 15, 16, 142, 143, 300 }
            .Select(rest => new string('a', shared) + new string('b', rest)))
            .Append("").Append("ü \U0001F600").Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(names, Read(Write(names)));
    }

    [Fact]
    public void Add_NamesThatDifferInOneLetter_TakesTwoBytesEach()
    {
        var written = Write([.. Enumerable.Range(0, 8).Select(number => $"bench-123{number}")]);

        Assert.Equal(1 + 10 + (7 * 2), written.Length);
        Assert.Equal("0A" + Convert.ToHexString("bench-1230"u8) + "9131" + "9132", Convert.ToHexString(written)[..((1 + 10 + 4) * 2)]);
    }

    [Theory]
    [InlineData("1161")]
    [InlineData("0361")]
    [InlineData("F0")]
    [InlineData("F0FFFFFFFF07")]
    public void MoveNext_CorruptBytes_AreRefused(string bytes) => Assert.Throws<InvalidDataException>(() => Read(Convert.FromHexString(bytes)));

    private static byte[] Write(IEnumerable<string> names)
    {
        var writer = new FrontCodedWriter();
        foreach (var name in names)
        {
            writer.Add(OrdinalText.GetBytes(name));
        }

        return writer.Written.ToArray();
    }

    private static List<string> Read(byte[] written)
    {
        var names = new List<string>();
        var reader = new FrontCodedReader(written);
        while (reader.MoveNext())
        {
            names.Add(OrdinalText.GetString(reader.Name));
        }

        return names;
    }
}
