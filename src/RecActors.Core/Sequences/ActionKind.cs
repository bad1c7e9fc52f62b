using RecActors.Feedback;
using RecActors.Interest;

namespace RecActors.Sequences;

/// <summary>
/// What kind of action an item was met with, as the sequence model tells them apart: liked or disliked, each weakly, fairly or
/// strongly (thirds of the weight). The numbers are places in a stored model: never renumber.
/// </summary>
public static class ActionKind
{
    /// <summary>Number of kinds.</summary>
    public const int Count = 2 * Levels;

    private const int Levels = 3;

    /// <summary>The kind of an action, from 0: liked by ascending weight, then disliked by ascending weight.</summary>
    public static int Of(Polarity polarity, float weight) =>
        (polarity == Polarity.Negative ? Levels : 0) + Math.Clamp((int)MathF.Ceiling(weight * Levels) - 1, 0, Levels - 1);

    /// <inheritdoc cref="Of(Polarity, float)"/>
    public static int Of(HistoryItem item) => Of(item.Polarity, item.Weight);

    /// <summary>An action of a kind.</summary>
    public static (Polarity Polarity, float Weight) Representative(int kind) =>
        (kind < Levels ? Polarity.Positive : Polarity.Negative, (kind % Levels + 1f) / Levels);

    /// <summary>What an action of a kind says that nobody was seen to do: a like what it names, a dislike nothing.</summary>
    public static float UntrainedGain(int kind) => kind < Levels ? 1f : 0f;
}
