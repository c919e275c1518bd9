const near = 4;

class LogPane {
  constructor(root, scroller, component) {
    this.root = root;
    this.scroller = scroller;
    this.component = component;
    this.following = true;
    this.sent = {};
    this.lastTop = 0;
    this.onScroll = () => this.scrolled();
    this.onKey = (event) => this.key(event);
    scroller.addEventListener("scroll", this.onScroll, { passive: true });
    root.addEventListener("keydown", this.onKey);
    // New rows and new heights come from the server; while following, the end stays in view before they are painted.
    this.changed = new MutationObserver(() => this.pin());
    this.changed.observe(scroller, { childList: true, subtree: true, attributes: true, attributeFilter: ["style"] });
    this.resized = new ResizeObserver(() => {
      this.pin();
      this.report();
    });
    this.resized.observe(scroller);
  }

  get atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < near;
  }

  pin() {
    if (this.following) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  scrolled() {
    const top = this.scroller.scrollTop;
    if (this.atEnd) this.following = true;
    else if (top < this.lastTop) this.following = false;
    this.lastTop = top;
    this.report();
  }

  // One report is under way at a time; what happens meanwhile is told by the next. At the end only a new size matters.
  async report() {
    if (this.busy) {
      this.again = true;
      return;
    }
    const { scrollTop, clientHeight } = this.scroller;
    if (clientHeight === 0) return;
    const same = this.sent.following === this.following && this.sent.height === clientHeight;
    if (same && (this.following || this.sent.top === scrollTop)) return;
    this.sent = { top: scrollTop, height: clientHeight, following: this.following };
    this.busy = true;
    try {
      await this.component.invokeMethodAsync("Moved", scrollTop, clientHeight, this.following);
    } catch (error) {
      if (!this.gone) throw error;
    } finally {
      this.busy = false;
    }
    if (this.again) {
      this.again = false;
      await this.report();
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      this.root.querySelector("input").focus();
    } else if (event.key === "End" && !typing) {
      event.preventDefault();
      this.follow();
    } else if (event.key === "Home" && !typing) {
      event.preventDefault();
      this.following = this.scroller.scrollHeight <= this.scroller.clientHeight;
      this.scroller.scrollTop = 0;
      this.report();
    } else if (event.key === "Escape" && typing) {
      this.scroller.focus();
    }
  }

  follow() {
    this.following = true;
    this.pin();
    this.report();
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return this.copyBySelection(text);
    }
  }

  // Without TLS a browser has no clipboard to write to.
  copyBySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }

  dispose() {
    this.gone = true;
    this.changed.disconnect();
    this.resized.disconnect();
    this.scroller.removeEventListener("scroll", this.onScroll);
    this.root.removeEventListener("keydown", this.onKey);
  }
}

export function attach(root, scroller, component) {
  return new LogPane(root, scroller, component);
}
