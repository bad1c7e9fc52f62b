namespace RecActors.Hosting;

public sealed class SiloRoleNamesTests
{
    [Theory]
    [InlineData("serve,train,gateway", SiloRoles.All)]
    [InlineData("serve, Train", SiloRoles.Serve | SiloRoles.Train)]
    [InlineData("gateway", SiloRoles.Gateway)]
    public void Parse_Names_IsTheirSum(string names, SiloRoles roles) => Assert.Equal(roles, SiloRoleNames.Parse(names));

    [Theory]
    [InlineData("")]
    [InlineData("serve,cook")]
    public void Parse_WhatCannotBe_SaysSo(string names) => Assert.Throws<StartupException>(() => SiloRoleNames.Parse(names));
}
