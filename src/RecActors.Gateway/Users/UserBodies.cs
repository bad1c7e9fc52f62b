using System.Text.Json.Serialization;
using RecActors.Json;
using RecActors.Requests;

namespace RecActors.Users;

/// <summary>A user as sites write it.</summary>
internal sealed record UserBody
{
    public string? UserId { get; init; }

    public RawJson Labels { get; init; }

    public string? Comment { get; init; }

    /// <summary>Checks the user, remembering its faults.</summary>
    public UserProfile Read(Place place, Validation validation)
    {
        validation.Id(place, nameof(UserId), UserId);
        validation.Comment(place, Comment);
        return new UserProfile(UserId ?? "", validation.Labels(place, Labels), Comment);
    }
}

/// <summary>A change of a user; what is absent or null stays.</summary>
internal sealed record UserPatchBody
{
    public RawJson Labels { get; init; }

    public string? Comment { get; init; }

    public UserPatch Read(Validation validation)
    {
        validation.Comment(default, Comment);
        return new UserPatch(validation.Labels(default, Labels), Comment);
    }
}

/// <summary>A user as sites read it.</summary>
internal sealed record UserAnswer(string UserId, RawJson Labels, string Comment)
{
    public static UserAnswer From(UserProfile profile) =>
        new(profile.UserId, new RawJson(profile.LabelsJson), profile.Comment ?? "");
}

/// <summary>A page of users; the cursor is empty on the last one.</summary>
internal sealed record UserPageBody(string Cursor, IReadOnlyList<UserAnswer> Users);

/// <summary>Users that were written, and, when there are some, erased ones that were not.</summary>
internal sealed record WrittenUsersBody(
    int RowAffected, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Erased = 0);
