// A "g" waits this long, in milliseconds, for the letter that says where to.
const patience = 1500;
const places = { c: "containers", i: "images", s: "settings" };
const typing = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .xterm";

class Shortcuts {
  constructor(palette, help, component) {
    this.palette = palette;
    this.help = help;
    this.component = component;
    this.goes = -Infinity;
    this.owed = 0;
    this.rows = new MutationObserver(() => this.walk());
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", event => this.key(event), { signal });
    document.addEventListener("click", event => this.click(event), { signal });
    palette.addEventListener("keydown", event => this.choose(event), { signal });
    palette.addEventListener("close", () => this.tell("Closed"), { signal });
  }

  // Keys are left alone while somebody types, while a dialog asks something, and when a part of the page has used them.
  key(event) {
    const { target, key } = event;
    if (event.defaultPrevented || event.isComposing || event.altKey || target.closest?.(typing) || document.querySelector("dialog[open], .mud-dialog")) return;
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() === "k" && !event.shiftKey) {
        event.preventDefault();
        this.open();
      }
      return;
    }
    if (this.act(key)) event.preventDefault();
  }

  act(key) {
    const going = performance.now() - this.goes < patience;
    this.goes = key === "g" ? performance.now() : -Infinity;
    if (going && places[key]) Blazor.navigateTo(places[key]);
    else if (key === "/") return this.search();
    else if (key === "j") return this.move(1);
    else if (key === "k") return this.move(-1);
    else if (key === "?") this.help.showModal();
    else return false;
    return true;
  }

  search() {
    const field = [...document.querySelectorAll("main input[type=search]")].find(each => each.checkVisibility());
    field?.focus();
    field?.select();
    return !!field;
  }

  get links() {
    return [...document.querySelectorAll("main tr .c-name a")];
  }

  // Enter on the link that has the focus opens it, as everywhere.
  move(step) {
    const { links } = this;
    if (links.length === 0) return false;
    if (this.place(links) < 0) {
      this.owed = 0;
      this.firstInView(links).focus();
      return true;
    }
    this.owed = Math.sign(this.owed) === -step ? step : this.owed + step;
    this.walk();
    return true;
  }

  place(links) {
    return links.indexOf(document.activeElement?.closest("tr")?.querySelector(".c-name a"));
  }

  firstInView(links) {
    const head = links[0].closest("table").tHead?.getBoundingClientRect().bottom ?? 0;
    return links.find(link => link.getBoundingClientRect().top >= head) ?? links[0];
  }

  // Only rows near the view exist. At their edge the list is moved on, and the steps still owed are taken when more come.
  walk() {
    this.rows.disconnect();
    const { links } = this;
    const from = this.place(links);
    if (from < 0) this.owed = 0;
    if (this.owed === 0) return;
    const to = Math.max(0, Math.min(links.length - 1, from + this.owed));
    links[to].focus();
    this.owed -= to - from;
    if (this.owed === 0) return;
    const body = links[to].closest("tbody");
    const edge = this.owed > 0 ? body.lastElementChild : body.firstElementChild;
    if (edge.childElementCount > 0 || edge.getBoundingClientRect().height < 1) {
      this.owed = 0;
      return;
    }
    this.rows.observe(body, { childList: true });
    // Not so far that the row with the focus is taken away.
    const list = body.closest(".list");
    const height = links[to].closest("tr").offsetHeight;
    const most = Math.max(1, Math.floor(list.clientHeight / height / 2));
    list.scrollBy({ top: Math.max(-most, Math.min(most, this.owed)) * height, behavior: "instant" });
  }

  open() {
    this.palette.querySelector("input").value = "";
    this.palette.showModal();
    this.tell("Opened");
  }

  choose(event) {
    if (["ArrowUp", "ArrowDown", "Enter"].includes(event.key)) event.preventDefault();
  }

  click(event) {
    if (event.target === this.palette || event.target === this.help) event.target.close();
    else if (event.target.closest?.("[data-palette]")) this.open();
  }

  close() {
    this.palette.close();
  }

  async tell(what) {
    try {
      await this.component.invokeMethodAsync(what);
    } catch (error) {
      if (!this.stop.signal.aborted) throw error;
    }
  }

  dispose() {
    this.stop.abort();
    this.rows.disconnect();
  }
}

export function attach(palette, help, component) {
  return new Shortcuts(palette, help, component);
}
