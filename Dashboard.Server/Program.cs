using Dashboard.Server.Configuration;
using Dashboard.Server.Hosting;

return await DashboardApplication.RunAsync(args);
