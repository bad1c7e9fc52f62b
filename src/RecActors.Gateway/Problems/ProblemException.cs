namespace RecActors.Problems;

/// <summary>Ends a request with a problem; <see cref="ProblemMiddleware"/> writes it.</summary>
internal sealed class ProblemException(Problem problem, Exception? cause = null) : Exception(problem.Detail ?? problem.Title, cause)
{
    public Problem Problem { get; } = problem;
}
