using Dashboard.Client.Components;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Containers;
using Dashboard.Client.Features.Images;
using Dashboard.Client.Preferences;
using Dashboard.Client.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Client;

public static class DashboardClientExtensions
{
    /// <summary>The UI's services. The composition root adds an <see cref="IDockerEndpoints"/> and an <see cref="Preferences.IPreferenceStore"/>.</summary>
    public static IServiceCollection AddDashboardClient(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DockerConnections>();
        services.AddScoped<CurrentConnection>();
        services.AddScoped<UserPreferences>();
        services.AddScoped<TabVisibility>();
        services.AddScoped<ContainerActions>();
        services.AddScoped<BulkActions>();
        services.AddScoped<ImageActions>();
        services.AddSingleton<UploadAnswers>();
        services.AddScoped<Uploads>();
        services.AddSingleton(Localizer.Text);
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
        });
        return services;
    }
}
