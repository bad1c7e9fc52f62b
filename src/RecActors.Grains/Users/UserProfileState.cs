namespace RecActors.Users;

/// <summary>What a site says about a user, as stored.</summary>
[GenerateSerializer, Alias("recactors.user-profile-state")]
internal sealed class UserProfileState
{
    /// <summary>Name of the state in its grain storage.</summary>
    public const string Name = "profile";

    [Id(0)]
    public string? LabelsJson { get; set; }

    [Id(1)]
    public string? Comment { get; set; }

    /// <summary>When it was written, in Unix milliseconds; 0 before versions noted it.</summary>
    [Id(2)]
    public long WrittenMs { get; set; }

    public UserProfile For(string userId) => new(userId, LabelsJson, Comment);
}
