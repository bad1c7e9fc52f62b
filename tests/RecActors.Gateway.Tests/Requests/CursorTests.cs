using CsCheck;
using RecActors.Problems;

namespace RecActors.Requests;

public sealed class CursorTests
{
    [Fact]
    public void Decode_Encoded_IsTheSameAndNeedsNoEscapingInAQuery() => Gen.String.Where(id => id.Length > 0 && !id.Any(char.IsSurrogate)).Sample(id =>
    {
        var cursor = Cursor.Encode(id);
        return Cursor.Decode(cursor) == id && Uri.EscapeDataString(cursor) == cursor;
    });

    [Theory]
    [InlineData("!")]
    [InlineData("_____w")]
    public void Decode_Foreign_IsRefused(string cursor) => Assert.Throws<ProblemException>(() => Cursor.Decode(cursor));
}
