namespace RecActors.Hosting;

/// <summary>Which part of the product this silo runs.</summary>
public sealed class SiloRoleOptions
{
    /// <summary>Where the configuration has these options.</summary>
    public const string Section = "RecActors:Silo";

    /// <summary>The silo's roles. A silo offers only the grain classes of its roles: no user is activated on a silo that only trains.</summary>
    /// <value><see cref="SiloRoles.All"/>.</value>
    public SiloRoles Roles { get; set; } = SiloRoles.All;
}
