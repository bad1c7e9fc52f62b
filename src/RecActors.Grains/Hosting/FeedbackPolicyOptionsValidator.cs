using Microsoft.Extensions.Options;
using RecActors.Feedback;

namespace RecActors.Hosting;

/// <summary>Reports every wrong rule at start.</summary>
internal sealed class FeedbackPolicyOptionsValidator : IValidateOptions<FeedbackPolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, FeedbackPolicyOptions options) =>
        options.Errors().ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
}
