namespace RecActors.Formats;

/// <summary>How a data set is laid out in files.</summary>
public enum DataFormat
{
    /// <summary>A folder of GroupLens: <c>ratings.csv</c> and <c>movies.csv</c>, or the older <c>.dat</c> files.</summary>
    MovieLens,

    /// <summary>A folder with <c>train.txt</c>, <c>test.txt</c> and perhaps <c>valid.txt</c>; a line is a user and its items, in no order.</summary>
    LightGcn,

    /// <summary>A file whose lines are a user followed by its items, oldest first.</summary>
    Sequences,

    /// <summary>A file of tab-separated (<c>.csv</c>: comma-separated) values: user, item, and perhaps value, time and type.</summary>
    Tsv,

    /// <summary>A file of JSON lines with the names of the API: UserId, ItemId, FeedbackType, Value, Timestamp.</summary>
    Jsonl,
}
