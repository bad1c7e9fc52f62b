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

    public UserProfile For(string userId) => new(userId, LabelsJson, Comment);
}
