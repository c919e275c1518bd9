import uPlot from "../../lib/uplot/uPlot.esm.min.js";

const sheet = new URL("../../lib/uplot/uPlot.min.css", import.meta.url).href;
const shortest = 60;
const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const binarySteps = Array.from({ length: 60 }, (_, power) => 2 ** power);

function loadSheet() {
  if (document.querySelector(`link[href="${sheet}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = sheet;
  document.head.append(link);
}

function bytes(value) {
  let unit = 0;
  while (Math.abs(value) >= (unit ? 1023.5 : 1024) && unit < binary.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = unit === 0 || Math.abs(value) >= 99.95 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
  return `${text} ${binary[unit]}`;
}

const formats = {
  Bytes: bytes,
  BytesPerSecond: (value) => `${bytes(value)}/s`,
  Cores: (value) => `${value.toFixed(2)} CPU`,
  Number: (value) => String(Math.round(value * 100) / 100),
};

const two = (number) => String(number).padStart(2, "0");
const clock = (seconds, exact) => {
  const time = new Date(seconds * 1000);
  return `${two(time.getHours())}:${two(time.getMinutes())}${exact ? `:${two(time.getSeconds())}` : ""}`;
};

// Everything visible comes from the theme's custom properties; it is read again when the theme changes.
function readTheme(element) {
  const style = getComputedStyle(element);
  const property = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const dark = luminance(style.color) > 0.5;
  const saturation = property("--chart-saturation", dark ? "70%" : "65%");
  const lightness = property("--chart-lightness", dark ? "64%" : "42%");
  return {
    text: property("--text-2", style.color),
    grid: property("--border", "rgba(128,128,128,.25)"),
    warn: property("--warn", style.color),
    font: `11px ${property("--font-ui", style.fontFamily)}`,
    stroke: (hue) => `hsl(${hue}deg ${saturation} ${lightness})`,
    fill: (hue) => `hsl(${hue}deg ${saturation} ${lightness} / .12)`,
  };
}

function luminance(color) {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

class LiveChart {
  constructor(element, options) {
    this.element = element;
    this.options = options;
    this.data = [[], ...options.series.map(() => [])];
    this.limit = null;
    this.visible = true;
    this.frame = 0;
    this.readout = document.createElement("div");
    this.readout.className = "live-chart-readout";
    this.build();
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(element);
    this.seen = new IntersectionObserver((entries) => {
      this.visible = entries[entries.length - 1].isIntersecting;
      this.schedule();
    });
    this.seen.observe(element);
    this.themed = new MutationObserver(() => this.build());
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.preference = matchMedia("(prefers-color-scheme: light)");
    this.preferred = () => this.build();
    this.preference.addEventListener("change", this.preferred);
    this.shown = () => this.schedule();
    document.addEventListener("visibilitychange", this.shown);
  }

  append(times, columns) {
    const [x] = this.data;
    times.forEach((time, index) => {
      const seconds = time / 1000;
      if (x.length && seconds <= x[x.length - 1]) return;
      if (x.length && seconds - x[x.length - 1] > this.options.gap) {
        this.push((x[x.length - 1] + seconds) / 2, columns.map(() => null));
      }
      this.push(seconds, columns.map((column) => column[index]));
    });
    const oldest = x[x.length - 1] - this.options.window - this.options.gap;
    const stale = x.findIndex((seconds) => seconds >= oldest);
    if (stale > 0) this.data.forEach((column) => column.splice(0, stale));
    this.schedule();
  }

  push(seconds, values) {
    this.data[0].push(seconds);
    values.forEach((value, index) => this.data[index + 1].push(value ?? null));
  }

  setLimit(limit) {
    this.limit = limit;
    this.schedule();
  }

  // Nothing is drawn for a tab or a box that nobody sees; what came in meanwhile is drawn when it shows again.
  schedule() {
    if (this.frame || !this.visible || document.hidden) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.plot?.setData(this.data);
      this.write();
    });
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }

  build() {
    this.plot?.destroy();
    this.theme = readTheme(this.element);
    this.plot = new uPlot(this.plotOptions(), this.data, this.element);
    this.element.append(this.readout);
  }

  plotOptions() {
    const { theme, options } = this;
    const format = formats[options.unit] ?? formats.Number;
    const lines = { stroke: theme.text, font: theme.font, grid: { stroke: theme.grid, width: 1 }, ticks: { show: false } };
    const inBytes = options.unit.startsWith("Bytes");
    return {
      width: Math.max(this.element.clientWidth, 60),
      height: Math.max(this.element.clientHeight, 60),
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 6 },
        sync: options.group ? { key: options.group, setSeries: false } : undefined,
      },
      scales: {
        x: { time: true, range: () => this.xRange() },
        y: { range: (_, low, high) => this.yRange(high, inBytes) },
      },
      axes: [
        { ...lines, grid: { show: false }, size: 22, gap: 4, space: 70, values: (_, ticks, __, ___, step) => ticks.map((tick) => clock(tick, step < 60)) },
        { ...lines, size: 68, gap: 6, space: 32, incrs: inBytes ? binarySteps : undefined, values: (_, ticks) => ticks.map(format) },
      ],
      series: [{}, ...options.series.map((series) => ({
        label: series.label,
        width: 1.25,
        stroke: theme.stroke(series.hue),
        fill: series.dashed ? undefined : theme.fill(series.hue),
        dash: series.dashed ? [4, 3] : undefined,
        spanGaps: false,
        points: { show: false },
      }))],
      hooks: { setCursor: [() => this.write()], draw: [(plot) => this.drawLimit(plot, format)] },
    };
  }

  xRange() {
    const [x] = this.data;
    const end = x.length ? x[x.length - 1] : Date.now() / 1000;
    // A young chart is not drawn as a sliver at the edge of an empty one.
    const start = x.length ? Math.min(x[0], end - shortest) : end - shortest;
    return [Math.max(start, end - this.options.window), end];
  }

  yRange(high, inBytes) {
    const top = Math.max((high ?? 0) * 1.15, (this.limit ?? 0) * 1.08, inBytes ? 1024 : 0.05);
    return [0, top];
  }

  drawLimit(plot, format) {
    if (this.limit == null) return;
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(this.limit, "y", true)) + 0.5;
    const scale = devicePixelRatio || 1;
    ctx.save();
    ctx.strokeStyle = this.theme.warn;
    ctx.fillStyle = this.theme.text;
    ctx.lineWidth = scale;
    ctx.setLineDash([6 * scale, 4 * scale]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = this.theme.font.replace("11px", `${11 * scale}px`);
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    ctx.fillText(`${this.options.limitLabel} ${format(this.limit)}`, bbox.left + 4 * scale, y + 3 * scale);
    ctx.restore();
  }

  write() {
    const index = this.plot?.cursor.idx;
    const time = index == null || this.plot.cursor.left < 0 ? null : this.data[0][index];
    if (time == null) {
      this.readout.textContent = "";
      return;
    }
    const format = formats[this.options.unit] ?? formats.Number;
    const values = this.options.series.map((series, each) => {
      const value = this.data[each + 1][index];
      return `${this.options.series.length > 1 ? `${series.label} ` : ""}${value == null ? "–" : format(value)}`;
    });
    this.readout.textContent = [clock(time, true), ...values].join("  ");
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.seen.disconnect();
    this.themed.disconnect();
    this.preference.removeEventListener("change", this.preferred);
    document.removeEventListener("visibilitychange", this.shown);
    this.plot.destroy();
    this.readout.remove();
  }
}

export function create(element, options) {
  loadSheet();
  return new LiveChart(element, options);
}
