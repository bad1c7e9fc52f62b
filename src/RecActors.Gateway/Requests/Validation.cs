using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RecActors.Hosting;
using RecActors.Json;
using RecActors.Problems;

namespace RecActors.Requests;

/// <summary>Where in a request something stands: the entry of an array, or the line of a stream.</summary>
internal readonly record struct Place(int? Index = null, long? Line = null);

/// <summary>
/// Checks the parts of a request and remembers what is wrong with them, so that one answer names all faults. Nothing of
/// a request may take effect before <see cref="ThrowIfFaulty"/> has passed.
/// </summary>
internal sealed class Validation(GatewayOptions options, long nowMs)
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '/']);

    private List<FieldError>? _errors;
    private readonly long _earliestMs = options.EarliestTimestamp.ToUnixTimeMilliseconds();
    private readonly long _latestMs = nowMs + (long)options.MaxFutureSkew.TotalMilliseconds;

    public long NowMs => nowMs;

    public GatewayOptions Options => options;

    public bool IsFull => _errors?.Count >= options.MaxReportedErrors;

    public void Fault(Place place, string field, string reason) =>
        (_errors ??= []).Add(new FieldError(place.Index, place.Line, null, field, reason));

    /// <summary>An id: not blank, short, without control characters and slashes, since it stands in paths and keys.</summary>
    public void Id(Place place, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Fault(place, field, "is missing or empty");
        }
        else if (string.IsNullOrWhiteSpace(value))
        {
            Fault(place, field, "is blank");
        }
        else if (IsLonger(value, options.MaxIdBytes))
        {
            Fault(place, field, $"is longer than {options.MaxIdBytes} bytes");
        }
        else if (value.AsSpan().ContainsAny(Forbidden))
        {
            Fault(place, field, "contains a control character or a '/'");
        }
        else if (value is "." or "..")
        {
            Fault(place, field, "is '.' or '..', which no path can name");
        }
    }

    /// <summary>A category: as an id, but it may contain slashes.</summary>
    public void Category(Place place, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            Fault(place, field, "is missing or empty");
        }
        else if (IsLonger(value, options.MaxIdBytes))
        {
            Fault(place, field, $"is longer than {options.MaxIdBytes} bytes");
        }
        else if (value.Any(char.IsControl))
        {
            Fault(place, field, "contains a control character");
        }
    }

    public void Categories(Place place, string field, IReadOnlyList<string?>? values)
    {
        if (values is null)
        {
            return;
        }

        if (values.Count > options.MaxCategories)
        {
            Fault(place, field, $"has more than {options.MaxCategories} entries");
            return;
        }

        for (var index = 0; index < values.Count && !IsFull; index++)
        {
            Category(place, string.Create(CultureInfo.InvariantCulture, $"{field}[{index}]"), values[index]);
        }
    }

    public void Comment(Place place, string? value, string field = nameof(Comment))
    {
        if (value is not null && IsLonger(value, options.MaxCommentBytes))
        {
            Fault(place, field, $"is longer than {options.MaxCommentBytes} bytes");
        }
    }

    /// <summary>Labels in the shapes that the Gorse API knows; returns their JSON, null for none.</summary>
    public string? Labels(Place place, RawJson labels)
    {
        if (labels.Text is not { } json)
        {
            return null;
        }

        if (IsLonger(json, options.MaxLabelsBytes))
        {
            Fault(place, nameof(Labels), $"is longer than {options.MaxLabelsBytes} bytes");
            return null;
        }

        using var document = JsonDocument.Parse(json);
        if (!LabelShape.IsValid(document.RootElement))
        {
            Fault(place, nameof(Labels), "is not a string of whole characters, a finite number, an array of only strings or only numbers, or an object of these");
        }

        return json;
    }

    /// <summary>A time; returns Unix milliseconds, or <paramref name="absent"/> when there is none.</summary>
    public long Timestamp(Place place, string field, string? value, long absent)
    {
        if (string.IsNullOrEmpty(value))
        {
            return absent;
        }

        if (!Timestamps.TryParse(value, out var timestampMs))
        {
            Fault(place, field, "is not a time: use RFC 3339, such as 2026-01-31T12:00:00Z, or Unix seconds or milliseconds in a string");
            return absent;
        }

        if (timestampMs == Timestamps.ZeroMs)
        {
            return absent;
        }

        if (timestampMs < _earliestMs)
        {
            Fault(place, field, $"is before {options.EarliestTimestamp.UtcDateTime:yyyy-MM-dd}");
        }
        else if (timestampMs > _latestMs)
        {
            Fault(place, field, "is too far in the future");
        }

        return timestampMs;
    }

    /// <summary>A time that may lie in any future, or null when there is none.</summary>
    public long? Expiry(Place place, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (!Timestamps.TryParse(value, out var expiresMs) || expiresMs < _earliestMs)
        {
            Fault(place, field, "is not a time after 1970: use RFC 3339, such as 2026-01-31T12:00:00Z");
        }

        return expiresMs;
    }

    /// <exception cref="ProblemException">400 with every fault found.</exception>
    public void ThrowIfFaulty(long? lastLine = null)
    {
        if (_errors is not null)
        {
            var listed = _errors.Count > options.MaxReportedErrors ? _errors[..options.MaxReportedErrors] : _errors;
            throw new ProblemException(ProblemTypes.InvalidRequest(listed, lastLine: lastLine));
        }
    }

    private static bool IsLonger(string value, int bytes) =>
        value.Length > bytes || (value.Length * 3 > bytes && Encoding.UTF8.GetByteCount(value) > bytes);
}
