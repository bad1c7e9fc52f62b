using System.ComponentModel.DataAnnotations;

namespace RecActors.Storage;

/// <summary>How the embedded storage behaves. The defaults suit a machine of two cores and a local disk.</summary>
public sealed class EmbeddedStorageOptions
{
    /// <summary>The folder that holds everything; created when it is not there. One process at a time may use it.</summary>
    /// <value>Default: <c>recactors-data</c>, below the working directory.</value>
    [Required(AllowEmptyStrings = false)]
    public string DataFolder { get; set; } = "recactors-data";

    /// <summary>The most writes that share one commit, hence one sync of the disk.</summary>
    /// <value>Default: 4096. More lengthens the wait of the first write in a group without saving much per write.</value>
    [Range(1, 1_000_000)]
    public int MaxGroupWrites { get; set; } = 4096;

    /// <summary>The most bytes of payload that share one commit.</summary>
    /// <value>Default: 4 MiB.</value>
    [Range(1024, 1 << 30)]
    public int MaxGroupBytes { get; set; } = 4 << 20;

    /// <summary>Entries in the log that start a checkpoint: a fold into the packed per-user snapshots.</summary>
    /// <value>
    /// Default: 131,072. The log's tail is held in memory (about 100 bytes an entry) and read at start; the longer it is, the
    /// more entries of a user are folded by one rewrite of the user's snapshot.
    /// </value>
    [Range(1, 100_000_000)]
    public int CheckpointEntries { get; set; } = 131_072;

    /// <summary>Entries in the log past which appends wait for the checkpoint: the bound of the tail's memory.</summary>
    /// <value>Default: 1,048,576. At least <see cref="CheckpointEntries"/>.</value>
    [Range(1, 100_000_000)]
    public int MaxTailEntries { get; set; } = 1_048_576;

    /// <summary>A log without appends for this long is folded whatever its length, so that the next start is quick.</summary>
    /// <value>Default: 10 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CheckpointIdleTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Users whose snapshots one transaction of a checkpoint rewrites: bounds how long an append waits for it.</summary>
    /// <value>Default: 256.</value>
    [Range(1, 100_000)]
    public int CheckpointSliceUsers { get; set; } = 256;

    /// <summary>Positions that a range read gathers and sorts at a time (about 60 bytes each), or an eighth of those it is asked for where that is more.</summary>
    /// <value>Default: 524,288.</value>
    [Range(1, 100_000_000)]
    public int RangeWindowEntries { get; set; } = 524_288;

    /// <summary>A database up to this size is checked page by page at start; a larger one only for its header and length.</summary>
    /// <value>Default: 256 MiB, which takes about a second.</value>
    [Range(0, long.MaxValue)]
    public long StartCheckMaxBytes { get; set; } = 256L << 20;
}
