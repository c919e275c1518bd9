using Microsoft.AspNetCore.Identity;

namespace Dashboard.Server.Settings;

/// <summary>Somebody who may sign in. The first one is made by whoever holds the printed link.</summary>
public sealed class User : IdentityUser
{
    public DateTimeOffset Created { get; set; }
}
