using RecActors.Catalog;
using RecActors.Feedback;

namespace RecActors.DataSets;

/// <summary>
/// Users, items and actions in files. Every read streams the file from its start; what cannot be read is told to the report,
/// line by line, and left out. A part that the data set does not have is empty. Reads are independent of each other.
/// </summary>
public interface IDataSet
{
    /// <summary>Name for people: the folder's or the files'.</summary>
    string Name { get; }

    /// <summary>Items; a later record of an item replaces an earlier one.</summary>
    /// <exception cref="TooManyRejectedLinesException">More lines were rejected than the report allows.</exception>
    IEnumerable<ItemRecord> ReadItems(ReadReport report, CancellationToken cancellationToken = default);

    /// <summary>Users with what is known of them beside their actions.</summary>
    /// <inheritdoc cref="ReadItems" path="/exception"/>
    IEnumerable<ImportedUser> ReadUsers(ReadReport report, CancellationToken cancellationToken = default);

    /// <summary>Actions, those of a user in the order in which they are to enter the journal.</summary>
    /// <inheritdoc cref="ReadItems" path="/exception"/>
    IEnumerable<ImportedFeedback> ReadFeedback(ReadReport report, CancellationToken cancellationToken = default);
}

/// <summary>A user: labels as JSON and a free text, or nulls.</summary>
public readonly record struct ImportedUser(string UserId, string? LabelsJson, string? Comment);

/// <summary>
/// An action. Its event hash follows from its content, so that repeating an interrupted import adds nothing twice.
/// </summary>
public readonly record struct ImportedFeedback(string UserId, FeedbackEntry Entry);
