# Dashboard with its engine in one image. It builds with BuildKit and without it, and needs root and --privileged to run
# its engine: see packaging/README.md.

# The public images of .NET 10 are Ubuntu 24.04. Others will do (a mirror's, a Debian) as long as the C library of the
# runtime image is not older than that of the SDK image, which dashboard-runtime is linked against.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
# dashboard-runtime is native: its linker is gcc. An image that has one needs no network here.
RUN command -v gcc >/dev/null || { apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev binutils \
 && rm -rf /var/lib/apt/lists/*; }
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
WORKDIR /src

# A mirror's address, or a directory of the SDK image.
ARG NUGET_SOURCE=https://api.nuget.org/v3/index.json
# What decides which packages are needed, before the sources: they change more often.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Dashboard.Linux/Dashboard.Linux.csproj Dashboard.Linux/
COPY Dashboard.Oci/Dashboard.Oci.csproj Dashboard.Oci/
COPY Dashboard.Runtime/Dashboard.Runtime.csproj Dashboard.Runtime/
COPY Dashboard.Engine/Dashboard.Engine.csproj Dashboard.Engine/
COPY Dashboard.Engine.Api/Dashboard.Engine.Api.csproj Dashboard.Engine.Api/
COPY Dashboard.Client/Dashboard.Client.csproj Dashboard.Client/
COPY Dashboard.Server/Dashboard.Server.csproj Dashboard.Server/
RUN dotnet restore Dashboard.Server --source "$NUGET_SOURCE"

COPY . .
# Without a linker the build only warns; an image without its runtime is of no use.
RUN dotnet publish Dashboard.Server -c Release --no-restore -o /out && test -x /out/dashboard-runtime

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Dashboard" \
      org.opencontainers.image.description="A web app for containers over its own engine, which serves the Docker Engine API" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /out /opt/dashboard
WORKDIR /opt/dashboard
# Namespaces, cgroups and mounts are root's.
USER 0
# All addresses: what may reach them is decided by the ports that are published. The engine's containers end with this one,
# so they are asked to stop first. The base image's own choice of ports would only be warned about.
ENV DASHBOARD_URLS=http://0.0.0.0:8080 \
    DASHBOARD_STOP_CONTAINERS=true \
    ASPNETCORE_HTTP_PORTS=
# overlayfs does not stack on itself: images and containers need a file system that is not the container's own.
VOLUME /var/lib/dashboard
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "Dashboard.Server.dll", "healthcheck"]
ENTRYPOINT ["dotnet", "Dashboard.Server.dll"]
