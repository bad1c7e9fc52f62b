using CsCheck;
using RecActors.Feedback;
using RecActors.Packing;

namespace RecActors.Journal;

public sealed class FeedbackEntryCodecTests
{
    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Const(1.0), Gen.Const(0.0), Gen.Const(-0.0), Gen.Int[0, 10].Select(half => half / 2.0), Gen.Double, Gen.Single.Select(x => (double)x));

    private static readonly Gen<FeedbackEntry> Entry = Gen.Select(
        Gen.Enum<FeedbackOperation>(),
        Gen.OneOf(Gen.Const("read"), Gen.Const("rating"), Gen.Const("save"), Gen.String),
        Gen.String,
        Value,
        Gen.OneOf(Gen.Long, Gen.Long[0, 2_000_000_000].Select(seconds => seconds * 1000)),
        Gen.OneOf(Gen.Const(0UL), Gen.ULong),
        Gen.OneOf(Gen.Const((string?)null), Gen.String.Select(text => (string?)text)),
        Gen.OneOf(Gen.Const((string?)null), Gen.String.Select(text => (string?)text)),
        (operation, type, item, value, time, hash, comment, labels) => new FeedbackEntry(operation, type, item, value, time, hash, comment, labels));

    [Fact]
    public void Read_OfWritten_IsTheEntryAgain() => Entry.List[0, 20].Sample(entries =>
    {
        var frame = AppendFrame.Encode(new PackedWriter(), 7, entries);
        var reader = new PackedReader(frame);
        Assert.Equal(new FrameHead(7, entries.Count), AppendFrame.ReadHead(ref reader));
        foreach (var entry in entries)
        {
            var start = reader.Offset;
            var read = FeedbackEntryCodec.Read(ref reader);
            Assert.Equal(entry with { Value = 0 }, read with { Value = 0 });
            Assert.Equal(BitConverter.DoubleToInt64Bits(entry.Value), BitConverter.DoubleToInt64Bits(read.Value));

            var skipper = new PackedReader(reader.Slice(start));
            FeedbackEntryCodec.Skip(ref skipper);
            Assert.True(skipper.AtEnd);
        }

        Assert.True(reader.AtEnd);
    });

    [Fact]
    public void Write_TypicalAction_Takes26BytesAtMost()
    {
        var writer = new PackedWriter();
        FeedbackEntryCodec.Write(writer, Actions.Read("item-1234", 1_700_000_000_123, 0x123456789ABCDEF0));
        Assert.True(writer.Length <= 26, $"{writer.Length} bytes");
    }

    /// <summary>The stored format: a change of these bytes makes old journals unreadable, and needs a new format number.</summary>
    [Fact]
    public void Encode_KnownEntries_HasTheDocumentedBytes()
    {
        var frame = AppendFrame.Encode(new PackedWriter(), 300,
        [
            new FeedbackEntry(FeedbackOperation.Add, "read", "m1", 1, 1_700_000_000_000, 0),
            new FeedbackEntry(FeedbackOperation.Set, "rating", "m2", 4.5, 1_700_000_000_001, 0x0102030405060708),
            new FeedbackEntry(FeedbackOperation.Remove, "own", "ü", -2.5, -1000, 0, "why"),
        ]);

        Assert.Equal(
            "01AC0203" + "8001026D3180C49FD50C" + "2D09026D320982A0ABFEF962" + "0807060504030201" + "D200036F776E02C3BC000020C00103776879",
            Convert.ToHexString(frame));
    }

    [Fact]
    public void Write_EntryWithLabels_HasTheDocumentedBytes()
    {
        var writer = new PackedWriter();
        FeedbackEntryCodec.Write(writer, new FeedbackEntry(FeedbackOperation.Set, "rating", "m2", 4.5, 1_700_000_000_000, 0, LabelsJson: "{}"));
        Assert.Equal("9D0B09026D3209" + "80C49FD50C" + "027B7D", Convert.ToHexString(writer.ToArray()));
    }

    [Fact]
    public void Read_FlagsOfANewerVersion_AreRefused() => Assert.Contains(
        "newer version",
        Assert.Throws<InvalidDataException>(() =>
        {
            var reader = new PackedReader([0x9D, 0x1B, 9, 2, 0x6D, 0x32, 9, 0]);
            FeedbackEntryCodec.Read(ref reader);
        }).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ReadHead_NewerFormat_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            var reader = new PackedReader([AppendFrame.Format + 1, 1, 0]);
            AppendFrame.ReadHead(ref reader);
        });
        Assert.Contains("format 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyBytes_IsAnEntryOrInvalidData() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        try
        {
            var reader = new PackedReader(bytes);
            FeedbackEntryCodec.Read(ref reader);
        }
        catch (InvalidDataException)
        {
            // What is no entry says so.
        }
    });
}
