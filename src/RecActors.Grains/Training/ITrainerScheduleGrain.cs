namespace RecActors.Training;

/// <summary>How silos with the role wake the trainer: it runs on one of them, and on another when that one dies.</summary>
[Alias("recactors.trainer-schedule"), GrainInterfaceType("recactors.trainer-schedule")]
internal interface ITrainerScheduleGrain : IGrainWithIntegerKey
{
    /// <summary>Starts a refit when one is due.</summary>
    [Alias("check")]
    Task CheckAsync(CancellationToken cancellationToken = default);
}
