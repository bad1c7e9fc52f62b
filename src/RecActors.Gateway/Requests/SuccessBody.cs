namespace RecActors.Requests;

/// <summary>The Gorse API's answer to writes.</summary>
internal sealed record SuccessBody(int RowAffected);
