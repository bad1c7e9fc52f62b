namespace RecActors.Snapshots;

public sealed class ReducedActionWriterTests
{
    private const ulong Rules = 7;

    [Theory]
    [InlineData(3)]
    [InlineData(100_000)]
    public void Write_AfterAnotherBlock_IsWhatAWriterOfItsOwnWrites(int itemsBefore)
    {
        var (writer, actions) = (new ReducedActionWriter(), Reduced(firstItem: 1, items: 5));
        writer.Write(Rules, Reduced(firstItem: 0, itemsBefore), IdOf);

        var written = writer.Write(Rules, actions, IdOf).ToArray();

        Assert.Equal(new ReducedActionWriter().Write(Rules, actions, IdOf).ToArray(), written);
        var read = new ReducedActions();
        Assert.Equal(actions.Count, ReducedActionReader.Read(written, Rules, after: 0, id => int.Parse(id.AsSpan(5)), read));
        Assert.Equal(
            Enumerable.Range(0, actions.Count).Select(index => actions.SourcesOf(actions[index]).ToArray()),
            Enumerable.Range(0, read.Count).Select(index => read.SourcesOf(read[index]).ToArray()));
    }

    private static ReducedActions Reduced(int firstItem, int items)
    {
        var actions = new ReducedActions();
        for (var item = firstItem; item < firstItem + items; item++)
        {
            actions.Add(actions.Count + 1, isRepeat: false, [item, firstItem]);
        }

        return actions;
    }

    private static string IdOf(int row) => $"item {row}";
}
