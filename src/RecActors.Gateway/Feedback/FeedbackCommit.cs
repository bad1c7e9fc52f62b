namespace RecActors.Feedback;

/// <summary>What became of a batch: the version of each user who has a part of it, and how many actions of erased users were dropped.</summary>
internal readonly record struct FeedbackCommit(IReadOnlyList<UserPart> Parts, int Erased)
{
    /// <summary>The version of each user who was not erased.</summary>
    public IReadOnlyDictionary<string, long> Versions => Parts.Where(part => part.Receipt is { Dropped: 0 })
        .ToDictionary(part => part.UserId, part => part.Receipt!.Value.UserVersion, StringComparer.Ordinal);

    /// <summary>The user's version, when the batch was of one user who was not erased.</summary>
    public long? OnlyVersion => Parts is [{ Receipt: { Dropped: 0 } receipt }] ? receipt.UserVersion : null;

    /// <summary>Of parts that all have their receipts.</summary>
    public static FeedbackCommit Of(IReadOnlyList<UserPart> parts)
    {
        var erased = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            erased += parts[i].Receipt?.Dropped ?? 0;
        }

        return new FeedbackCommit(parts, erased);
    }
}
