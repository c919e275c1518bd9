using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>Images in the browser: loaded, named, run, refused and removed. The screenshots are left in artifacts/screenshots to be looked at.</summary>
public sealed class ImagesTests : IAsyncDisposable
{
    private const string Waiting = "trap 'exit 0' TERM; sleep 10000 & wait";
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Look.Two), MemberType = typeof(Look))]
    public async Task Image_FromTarToRemoval_IsHandledInThePage(string theme, int width)
    {
        _session = await BrowserSession.StartAsync(new Look(theme, width));
        await Session.Docker.OkAsync("rmi", TestImages.Busybox);
        await Session.SignInAsync();
        await ShotsAsync("first-nothing", "first-container");
        await Session.AssertAccessibleAsync("first container, nothing there");

        await Page.GetByTestId("nav-images").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("images-empty")).ToBeVisibleAsync();
        await ShotsAsync("images-empty", "images-empty");
        await RefusedTarAsync();
        await LoadAsync();
        await TagAsync();
        await ImportAsync();
        await ImagePageAsync();
        await RunAsync();
        await RemovalInUseAsync();
        await BulkAsync();
        Assert.DoesNotContain(Session.ConsoleErrors, error => !error.Contains("422", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upload_CancelledOnTheWay_LeavesNothing()
    {
        _session = await BrowserSession.StartAsync(new Look("dark", 390));
        await Session.SignInAsync();
        await Page.GetByTestId("nav-images").ClickAsync();
        var tar = Path.Combine(TestPlaces.NewWorkDirectory("slow"), "slow.tar");
        await File.WriteAllBytesAsync(tar, new LayerBuilder().File("blob", new byte[48 << 20], 0b110_100_100).ToArray());
        var network = await Page.Context.NewCDPSessionAsync(Page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = 2_000_000 });

        await Page.GetByTestId("image-file").SetInputFilesAsync(tar);
        var upload = Page.GetByTestId("upload");
        await Assertions.Expect(upload.GetByRole(AriaRole.Progressbar)).Not.ToHaveAttributeAsync("aria-valuenow", "0");
        await ShotsAsync("images-upload", "image-loader");
        await Page.GetByTestId("upload-cancel").ClickAsync();

        await Assertions.Expect(upload).ToHaveAttributeAsync("data-state", "cancelled");
        Assert.Equal(TestImages.Busybox, await Session.Docker.OkAsync("images", "--format", "{{.Repository}}:{{.Tag}}"));

        // Nothing but x: the engine knows after 512 bytes, and the rest, half a minute of it, is not sent.
        await Page.GetByTestId("upload").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await File.WriteAllBytesAsync(tar, [.. Enumerable.Repeat((byte)'x', 60 << 20)]);
        await Page.GetByTestId("image-file").SetInputFilesAsync(tar);
        await Assertions.Expect(upload).ToHaveAttributeAsync("data-state", "failed");
        await Assertions.Expect(Page.GetByTestId("upload-error")).ToContainTextAsync("invalid tar header");
        Directory.Delete(Path.GetDirectoryName(tar)!, recursive: true);
    }

    private async Task RefusedTarAsync()
    {
        await Page.GetByTestId("image-file").SetInputFilesAsync(new FilePayload { Name = "holiday.tar", MimeType = "application/x-tar", Buffer = [.. Enumerable.Repeat((byte)'x', 40_000)] });
        var upload = Page.GetByTestId("upload");
        await Assertions.Expect(upload).ToHaveAttributeAsync("data-state", "failed");
        await Assertions.Expect(Page.GetByTestId("upload-error")).Not.ToBeEmptyAsync();
        await ShotsAsync("images-refused-tar", "image-loader");
        await Session.AssertAccessibleAsync("images, refused tar");
        await upload.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(upload).ToHaveCountAsync(0);
    }

    private async Task LoadAsync()
    {
        var chooser = await Page.RunAndWaitForFileChooserAsync(() => Page.GetByTestId("image-load").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "busybox.tar", MimeType = "application/x-tar", Buffer = TestImages.BusyboxImage.ToDockerArchive() });
        await Assertions.Expect(Page.GetByTestId("upload")).ToHaveAttributeAsync("data-state", "done");
        await Assertions.Expect(Row(TestImages.Busybox)).ToBeVisibleAsync();
        await Assertions.Expect(Page.GetByTestId("images-counts")).ToContainTextAsync("1 image,");
    }

    private async Task TagAsync()
    {
        await Row(TestImages.Busybox).GetByTestId("image-tag").ClickAsync();
        await Page.GetByTestId("tag-name").FillAsync("Tools");
        await Assertions.Expect(Page.GetByTestId("tag-problem")).ToHaveTextAsync("invalid reference format: repository name (library/Tools) must be lowercase");
        await Session.ShotAsync("image-tag" + Session.Look.Suffix);
        await Session.AssertAccessibleAsync("tag dialog");
        await Page.GetByTestId("tag-name").FillAsync("tools:1.0");
        await Page.GetByTestId("tag-ok").ClickAsync();
        await Assertions.Expect(Row("tools:1.0")).ToBeVisibleAsync();
        Assert.Equal(await IdAsync(TestImages.Busybox), await IdAsync("tools:1.0"));
    }

    private async Task ImportAsync()
    {
        await Page.GetByTestId("image-import").ClickAsync();
        await Page.GetByTestId("import-name").FillAsync("rootfs:mini");
        await ShotsAsync("images-import", "import-form");
        var chooser = await Page.RunAndWaitForFileChooserAsync(() => Page.GetByTestId("import-go").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "rootfs.tar", MimeType = "application/x-tar", Buffer = TestImages.BusyboxLayer });
        await Assertions.Expect(Row("rootfs:mini")).ToBeVisibleAsync();
        await ShotsAsync("images", "images-table");
        await Session.AssertAccessibleAsync("images");
    }

    private async Task ImagePageAsync()
    {
        await Row("tools:1.0").GetByTestId("image-name").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("image-facts")).ToContainTextAsync("PATH=");
        await Assertions.Expect(Page.GetByTestId("image-tag-name")).ToHaveCountAsync(2);
        await ShotsAsync("image", "image-layers");
        await Session.AssertAccessibleAsync("image");
    }

    private async Task RunAsync()
    {
        await Page.GetByTestId("image-run").ClickAsync();
        await Page.GetByTestId("run-name").FillAsync("web!");
        await Page.GetByTestId("run-memory").FillAsync("1m");
        await Assertions.Expect(Page.GetByTestId("problem-name")).ToHaveTextAsync("Invalid container name (web!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        await Assertions.Expect(Page.GetByTestId("problem-memory")).ToHaveTextAsync("Minimum memory limit allowed is 6MB");
        await Page.GetByTestId("run-name").FillAsync("web");
        await Page.GetByTestId("run-memory").FillAsync("64m");
        await Page.GetByTestId("run-command").FillAsync($"sh -c \"{Waiting}\"");
        await Page.GetByTestId("port-add").ClickAsync();
        await Page.GetByTestId("port-host").FillAsync("8099");
        await Page.GetByTestId("port-container").FillAsync("80");
        await Page.GetByTestId("env-paste").ClickAsync();
        await Page.GetByTestId("env-lines").FillAsync("GREETING=it's me\n# a comment\nLEVEL=3\n");
        await Page.GetByTestId("env-take").ClickAsync();
        await Page.GetByTestId("mount-add").ClickAsync();
        await Page.GetByTestId("mount-source").FillAsync("/nowhere/at/all");
        await Page.GetByTestId("mount-target").FillAsync("/data");
        await Assertions.Expect(Page.GetByTestId("run-line")).ToContainTextAsync("-e 'GREETING=it'\\''s me'");
        await Page.GetByTestId("run-restart").SelectOptionAsync("unless-stopped");
        await ShotsAsync("run", "run-line");
        await Session.AssertAccessibleAsync("run");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Take mount 1 away" }).ClickAsync();
        await Page.GetByTestId("run-submit").ClickAsync();

        await Assertions.Expect(Page.GetByTestId("container-state").First).ToContainTextAsync("running", new() { IgnoreCase = true });
        Assert.Equal("67108864 unless-stopped", await Session.Docker.OkAsync("inspect", "--format", "{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}", "web"));
        Assert.Equal("it's me", await Session.Docker.OkAsync("exec", "web", "sh", "-c", "echo \"$GREETING\""));
    }

    private async Task RemovalInUseAsync()
    {
        await Session.Docker.OkAsync("rmi", "tools:1.0");
        await Page.GetByTestId("nav-images").ClickAsync();
        var row = Row(TestImages.Busybox);
        await Assertions.Expect(row).ToContainTextAsync("web");
        await row.GetByTestId("image-remove").ClickAsync();
        await Page.GetByTestId("confirm-ok").ClickAsync();
        var refusal = Page.GetByTestId("image-refusal");
        await Assertions.Expect(refusal).ToContainTextAsync("conflict: unable to remove repository reference \"busybox:latest\" (must force)");
        await Assertions.Expect(refusal.GetByTestId("refusal-user")).ToHaveTextAsync("web");
        await ShotsAsync("image-refusal", "image-refusal");
        await Session.AssertAccessibleAsync("image refusal");
        await Page.GetByTestId("images-unused").ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await Assertions.Expect(Row("rootfs:mini")).ToBeVisibleAsync();
    }

    private async Task BulkAsync()
    {
        foreach (var name in (string[])["db", "cache"]) await Session.Docker.OkAsync("run", "-d", "--name", name, TestImages.Busybox, "sh", "-c", Waiting);
        await Page.GetByTestId("nav-containers").ClickAsync();
        await Session.Row("cache").GetByTestId("row-select").ClickAsync();
        await Session.Row("web").GetByTestId("row-select").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Assertions.Expect(Page.GetByTestId("selection-count")).ToHaveTextAsync("3 selected");
        await Page.GetByTestId("containers-filter").FillAsync("db");
        await Assertions.Expect(Page.GetByTestId("selection-count")).ToHaveTextAsync("3 selected, 2 of them not shown");
        await Page.GetByTestId("containers-filter").FillAsync("");
        await ShotsAsync("bulk", "selection-bar");
        await Session.AssertAccessibleAsync("bulk");

        await Page.GetByTestId("bulk-stop").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("bulk-result")).ToContainTextAsync("3 of 3 stopped.");
        await Assertions.Expect(Session.Row("web").GetByTestId("container-state")).ToContainTextAsync("exited", new() { IgnoreCase = true });
        await Page.GetByTestId("bulk-remove").ClickAsync();
        await Assertions.Expect(Page.Locator(".mud-dialog")).ToContainTextAsync("cache, db, web");
        await Session.ShotAsync("bulk-confirm" + Session.Look.Suffix);
        await Page.GetByTestId("confirm-ok").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("bulk-result")).ToContainTextAsync("3 of 3 removed.");
        await Assertions.Expect(Page.GetByTestId("images-here")).ToContainTextAsync("rootfs:mini");
        await ShotsAsync("first-with-images", "first-container");
        await Session.AssertAccessibleAsync("first container");
        Assert.Equal("", await Session.Docker.OkAsync("ps", "-aq"));
    }

    private ILocator Row(string name) => Page.Locator($"[data-testid=image-row][data-name='{name}']");

    private Task<string> IdAsync(string image) => Session.Docker.OkAsync("inspect", "--format", "{{.Id}}", image);

    private async Task ShotsAsync(string name, string awaited)
    {
        await Assertions.Expect(Page.GetByTestId(awaited).First).ToBeAttachedAsync();
        await Session.ShotAsync(name + Session.Look.Suffix);
        await Session.AssertFitsAsync(name);
    }
}
