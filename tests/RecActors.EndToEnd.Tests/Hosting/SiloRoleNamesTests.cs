namespace RecActors.Hosting;

public sealed class SiloRoleNamesTests
{
    [Fact]
    public void Parse_ServeAndTrain_IsBoth() => Assert.Equal(SiloRoles.All, SiloRoleNames.Parse("serve, train"));

    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("serve,cook")]
    public void Parse_WhatCannotBe_SaysSo(string names) => Assert.Throws<StartupException>(() => SiloRoleNames.Parse(names));
}
