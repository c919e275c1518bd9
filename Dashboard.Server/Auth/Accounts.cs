using Dashboard.Server.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Auth;

/// <summary>Who may sign in.</summary>
internal sealed class Accounts(UserManager<User> users, RoleManager<IdentityRole> roles, TimeProvider clock)
{
    private static readonly SemaphoreSlim s_setup = new(1, 1);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) => users.Users.AnyAsync(cancellationToken);

    /// <summary>The admin that was made first.</summary>
    public async Task<User?> FirstAdminAsync() => (await users.GetUsersInRoleAsync(AuthExtensions.AdminRole)).MinBy(user => user.Created);

    /// <summary>Makes the admin, once in the life of a data-root. Errors are Identity's, for the person who typed.</summary>
    public async Task<(User? User, IReadOnlyList<IdentityError> Errors)> CreateFirstAdminAsync(string name, string password, CancellationToken cancellationToken)
    {
        await s_setup.WaitAsync(cancellationToken);
        try
        {
            if (await AnyAsync(cancellationToken))
                return (null, [new IdentityError { Code = "exists", Description = "An account exists already." }]);
            if (!await roles.RoleExistsAsync(AuthExtensions.AdminRole))
                Require(await roles.CreateAsync(new IdentityRole(AuthExtensions.AdminRole)));
            var user = new User { UserName = name, Created = clock.GetUtcNow() };
            var created = await users.CreateAsync(user, password);
            if (!created.Succeeded)
                return (null, [.. created.Errors]);
            var promoted = await users.AddToRoleAsync(user, AuthExtensions.AdminRole);
            if (promoted.Succeeded)
                return (user, []);
            await users.DeleteAsync(user);
            return (null, [.. promoted.Errors]);
        }
        finally
        {
            s_setup.Release();
        }
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }
}
