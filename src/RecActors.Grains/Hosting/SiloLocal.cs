using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using RecActors.Failures;

namespace RecActors.Hosting;

/// <summary>
/// Carries an immutable value between two grains of one silo, by reference: rows, models and statistics mean nothing in another
/// process. Where Orleans would send it to another silo all the same (this one is going away), the call fails and may be repeated.
/// </summary>
[Immutable]
internal sealed record SiloLocal<T>(T Value);

#nullable disable annotations // Orleans' codec interface is older than nullable annotations.

[RegisterCopier]
internal sealed class SiloLocalCopier<T> : ShallowCopier<SiloLocal<T>>;

[RegisterSerializer]
internal sealed class SiloLocalCodec<T> : IFieldCodec<SiloLocal<T>>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type expectedType, SiloLocal<T> value)
        where TBufferWriter : IBufferWriter<byte> => throw Refusal();

    public SiloLocal<T> ReadValue<TInput>(ref Reader<TInput> reader, Field field) => throw Refusal();

    private static UnavailableException Refusal() => new("The silo is going away; its other grains are no longer reached.");
}
