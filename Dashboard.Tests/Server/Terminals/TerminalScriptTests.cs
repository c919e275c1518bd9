using System.Text.RegularExpressions;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Server.Terminals;

/// <summary>The pane's script in a real browser, against a real shell; Blazor's side of it is played by a few lines of the page.</summary>
[Collection(typeof(DashboardHost))]
public sealed partial class TerminalScriptTests(DashboardFixture fixture) : CliTest(fixture)
{
    private const string Page = """
        <!doctype html><html data-theme="dark"><head><link rel="icon" href="data:,"><style>
          :root { --surface: #101418; --text: #e6e8ea; --accent: #6ea6f0 }
          [data-theme=light] { --surface: #ffffff; --text: #1b1f24; --accent: #1756a9 }
          body { margin: 0 } #screen { width: 800px; height: 400px }
        </style></head><body>
          <button role="tab" aria-selected="true" id="tab">Terminal</button>
          <section tabindex="-1"><div id="screen"></div></section>
          <script type="module">
            import * as pane from '/_content/Dashboard.Client/Features/Containers/Terminal/TerminalPane.razor.js';
            window.pane = pane;
            window.heard = [];
            const owner = { invokeMethodAsync: (...call) => { heard.push(call); return Promise.resolve(); } };
            window.openPane = path => pane.open(document.getElementById('screen'), owner, path, 'Terminal');
            window.screenElement = document.getElementById('screen');
            window.ready = true;
          </script></body></html>
        """;

    [Fact]
    public async Task Terminal_TypedFloodedResizedThemed_WorksAndEnds()
    {
        var id = await RunIdleAsync();
        await using var host = await TerminalHost.StartAsync(Host.SocketPath, Page);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });
        await context.AddCookiesAsync([new Cookie { Name = "user", Value = "admin", Url = host.Address.ToString() }]);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(host.Address, "/page").ToString());
        await page.WaitForFunctionAsync("window.ready");
        var rows = page.Locator(".xterm-rows");

        await page.EvaluateAsync($"openPane('terminals/local/{id}')");
        await Assertions.Expect(rows).ToContainTextAsync("/ #");
        await page.Keyboard.TypeAsync("echo answer-$((20+22))\n");
        await Assertions.Expect(rows).ToContainTextAsync("answer-42");

        // More than a window of output, more than a window of keys: both confirm, or neither would end.
        await page.Keyboard.TypeAsync("head -c 2000000 /dev/zero | tr '\\0' x; clear; echo flood-$((1+1))\n");
        await Assertions.Expect(rows).ToContainTextAsync("flood-2");
        await page.Keyboard.TypeAsync("stty raw -echo; echo re''ady; head -c 300000 | wc -c; stty sane\n");
        await Assertions.Expect(rows).ToContainTextAsync("ready");
        await page.EvaluateAsync("navigator.clipboard.writeText('p'.repeat(300000))");
        await page.Keyboard.PressAsync("Control+Shift+V");
        await Assertions.Expect(rows).ToContainTextAsync(AnswerAndPrompt());

        await page.EvaluateAsync("screenElement.style.width = '500px'");
        await page.Keyboard.TypeAsync("until [ $(stty size | cut -d' ' -f2) -lt 80 ]; do :; done; echo nar''row\n");
        await Assertions.Expect(rows).ToContainTextAsync("narrow");

        const string Colour = "e => getComputedStyle(e).color";
        var dark = await rows.EvaluateAsync<string>(Colour);
        await page.EvaluateAsync("document.documentElement.dataset.theme = 'light'");
        await Eventually.GetAsync<object>(
            async () => await rows.EvaluateAsync<string>(Colour) == dark ? null : "",
            TimeSpan.FromSeconds(5),
            () => $"the theme stays {dark}");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestPlaces.Artifacts, "screenshots", "terminal-script.png") });

        await page.Keyboard.PressAsync("Control+Shift+ArrowUp");
        Assert.Equal("tab", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.EvaluateAsync("pane.show(screenElement)");
        await page.Keyboard.TypeAsync("exit 3\n");
        await page.WaitForFunctionAsync("heard.some(call => call[0] === 'EndedAsync' && call[1] === 3 && call[2] === false && call[3] === null)");

        await page.EvaluateAsync($"pane.start(screenElement, 'terminals/local/{id}')");
        await page.WaitForFunctionAsync("heard.filter(call => call[0] === 'OpenedAsync').length === 2");
        await page.EvaluateAsync("pane.close(screenElement)");
        await Assertions.Expect(rows).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    // stty drops what was typed before it has set the modes, so the prompt must be there first.
    [GeneratedRegex(@"300000\s+/ #")]
    private static partial Regex AnswerAndPrompt();
}
