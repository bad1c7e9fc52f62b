namespace RecActors.Cluster;

/// <summary>
/// Tests over clusters of processes, one at a time: two clusters beside each other starve on two processors, and a silo that starts so slowly that it misses
/// the others' probes is rightly declared dead.
/// </summary>
[CollectionDefinition(nameof(OneClusterAtATime))]
public sealed class OneClusterAtATime;
