// In milliseconds: how long an answer may take before the connection counts as dead, how often the clock is looked at, and
// how far it may have gone between two looks before the machine must have slept.
const patience = 5000;
const look = 5000;
const slept = 20000;

class TabState {
  constructor(component) {
    this.component = component;
    this.looked = Date.now();
    this.stop = new AbortController();
    const { signal } = this.stop;
    const again = () => this.tell();
    document.addEventListener("visibilitychange", again, { signal });
    document.addEventListener("resume", again, { signal });
    window.addEventListener("online", again, { signal });
    // What happened while there was no connection is told when there is one again.
    this.dialog = document.getElementById("components-reconnect-modal");
    this.dialog?.addEventListener("components-reconnect-state-changed", event => {
      if (event.detail.state === "hide") queueMicrotask(again);
    }, { signal });
    this.timer = setInterval(() => this.look(), look);
    if (!this.visible) this.tell();
  }

  get visible() {
    return document.visibilityState === "visible";
  }

  // A lid that is closed and opened changes nothing but the time.
  look() {
    const before = this.looked;
    this.looked = Date.now();
    if (this.looked - before > slept && this.visible) this.tell();
  }

  // After a sleep a connection can be dead without either side knowing, for half a minute and more: no answer is one.
  async tell() {
    if (this.dialog?.open) return;
    const begun = Date.now();
    let clock;
    const late = new Promise(resolve => clock = setTimeout(resolve, patience, "late"));
    try {
      const answer = await Promise.race([this.component.invokeMethodAsync("Seen", this.visible), late]);
      if (answer !== "late" || this.stop.signal.aborted || !this.visible) return;
      if (Date.now() - begun > slept) await this.tell();
      else await this.reconnect();
    } catch (error) {
      if (!this.stop.signal.aborted && !this.dialog?.open) throw error;
    } finally {
      clearTimeout(clock);
    }
  }

  // Blazor reconnects by itself once it knows that it must.
  async reconnect() {
    if (this.dialog?.open) return;
    if (Blazor._internal.forceCloseConnection) await Blazor._internal.forceCloseConnection();
    else location.reload();
  }

  dispose() {
    this.stop.abort();
    clearInterval(this.timer);
  }
}

export function attach(component) {
  return new TabState(component);
}
