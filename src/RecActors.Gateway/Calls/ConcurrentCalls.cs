namespace RecActors.Calls;

/// <summary>Runs asynchronous work over a list, so many at a time, without hopping threads to start it.</summary>
internal static class ConcurrentCalls
{
    public static Task ForEachAsync<T>(IReadOnlyList<T> work, int degree, Func<T, Task> body)
    {
        if (work.Count == 1)
        {
            return body(work[0]);
        }

        var next = -1;
        var workers = new Task[Math.Min(degree, work.Count)];
        for (var worker = 0; worker < workers.Length; worker++)
        {
            workers[worker] = RunAsync();
        }

        return Task.WhenAll(workers);

        async Task RunAsync()
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < work.Count)
            {
                await body(work[index]);
            }
        }
    }
}
