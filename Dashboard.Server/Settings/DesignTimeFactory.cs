using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Dashboard.Server.Settings;

/// <summary>Lets `dotnet ef migrations add` see the model without starting an engine.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<UiDbContext>
{
    public UiDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<UiDbContext>().UseSqlite("Data Source=:memory:").Options);
}
