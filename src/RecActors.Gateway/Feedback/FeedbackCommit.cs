namespace RecActors.Feedback;

/// <summary>What became of a batch: the version of each user who has a part of it, and how many actions of erased users were dropped.</summary>
internal readonly record struct FeedbackCommit(IReadOnlyDictionary<string, long> Versions, int Erased)
{
    public static FeedbackCommit Of(IReadOnlyList<UserPart> parts) => new(
        parts.Where(part => part.Erased == 0).ToDictionary(part => part.UserId, part => part.UserVersion, StringComparer.Ordinal),
        parts.Sum(part => part.Erased));
}
