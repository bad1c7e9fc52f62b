namespace RecActors.Interest;

/// <summary>stub</summary>
public sealed class FoldInState
{
}
