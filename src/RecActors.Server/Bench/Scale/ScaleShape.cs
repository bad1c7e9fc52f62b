using System.Globalization;

namespace RecActors.Bench.Scale;

/// <summary>How large a synthetic site is.</summary>
/// <param name="Items">Items of the catalog.</param>
/// <param name="History">Distinct items that each of the users who ask has acted on.</param>
/// <param name="Users">Users with stored actions: those who ask, and others with a few.</param>
internal sealed record ScaleShape(int Items, int History, int Users)
{
    private const int MostAskers = 2_000;

    /// <summary>Actions of a user who does not ask.</summary>
    public const int FewActions = 4;

    /// <summary>Users who ask during the measurement; each is asked for a few times at most, so that histories stay as long as they are.</summary>
    public int Askers => Math.Min(MostAskers, Users);

    public long Actions => ((long)Askers * History) + ((long)(Users - Askers) * FewActions);

    /// <summary>Name of the folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"items-{Items}-history-{History}-users-{Users}");

    public static string ItemId(int item) => string.Create(CultureInfo.InvariantCulture, $"item-{item}");

    public static string UserId(int user) => string.Create(CultureInfo.InvariantCulture, $"user-{user}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Items:N0} items, {Users:N0} stored users, {Askers:N0} of them with {History:N0} items in their history");
}
