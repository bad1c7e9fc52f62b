namespace RecActors.Bench;

public sealed class BenchOptionTests
{
    [Theory]
    [InlineData("ramp", "--connections", "many")]
    [InlineData("ramp", "--connections", "0")]
    [InlineData("ramp", "--seconds", "long")]
    [InlineData("ramp", "--seconds", "-1")]
    [InlineData("scale", "--items", "many")]
    [InlineData("scale", "--items", "0")]
    [InlineData("refit-scale", "--items", "few")]
    [InlineData("refit-scale", "--items", "0")]
    public void Number_ThatIsNoneOrOutOfRange_IsRefusedByName(string benchmark, string option, string value)
    {
        var parsed = BenchCommand.Create().Parse([benchmark, option, value]);

        Assert.Contains(parsed.Errors, error => error.Message.Contains(option, StringComparison.Ordinal));
    }
}
