using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Server.Settings;

/// <summary>What the web app keeps: users and their preferences, in data-root/ui.db. The engine has a database of its own.</summary>
public sealed class UiDbContext(DbContextOptions<UiDbContext> options) : IdentityDbContext<User, IdentityRole, string>(options)
{
    public DbSet<Preference> Preferences => Set<Preference>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        base.OnModelCreating(builder);
        builder.Entity<Preference>(preference =>
        {
            preference.HasKey(each => new { each.UserId, each.Key });
            preference.Property(each => each.Key).HasMaxLength(100);
            preference.HasOne<User>().WithMany().HasForeignKey(each => each.UserId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
