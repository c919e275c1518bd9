// A terminal in the page, joined to a shell by a WebSocket of its own: no byte of it goes through Blazor.
// The protocol is drawn in Dashboard.Server/Terminals/TerminalSession.cs.
import { Terminal } from '../../../lib/xterm/xterm.mjs';
import { FitAddon } from '../../../lib/xterm/addon-fit.mjs';
import { WebLinksAddon } from '../../../lib/xterm/addon-web-links.mjs';

const styles = new URL('../../../lib/xterm/xterm.css', import.meta.url).href;
const confirmEvery = 32 * 1024;
const largestPiece = 16 * 1024;
const largestUnconfirmed = 64 * 1024;
const fallbackFont = 'ui-monospace, Menlo, Consolas, monospace';


// Out of the other screen, the mouse and the paste modes that a program left behind, without losing what it wrote.
const softReset = '\x1b[?1049l\x1b[?1000;1002;1003;1006;2004l\x1b[!p\r\n';

const panes = new WeakMap();

// The 16 colours of ECMA-48 for either ground; everything else follows the page.
const onDark = {
  black: '#3b4048', red: '#f0716b', green: '#6cc476', yellow: '#d8b65c', blue: '#6ea6f0', magenta: '#c792ea', cyan: '#5cc3cf', white: '#c9d1d9',
  brightBlack: '#7d8590', brightRed: '#ff9790', brightGreen: '#8ddb95', brightYellow: '#ecd083', brightBlue: '#94c0ff', brightMagenta: '#dcb3f5', brightCyan: '#83dbe5', brightWhite: '#f5f7f9',
};
const onLight = {
  black: '#24292f', red: '#b3261e', green: '#1a6b31', yellow: '#7a5a00', blue: '#1756a9', magenta: '#7b3aa8', cyan: '#0c6470', white: '#59636e',
  brightBlack: '#4a525b', brightRed: '#c93c33', brightGreen: '#23803d', brightYellow: '#8f6a00', brightBlue: '#2167c4', brightMagenta: '#9048c0', brightCyan: '#117785', brightWhite: '#32383f',
};

/** Makes the terminal in an element and opens its shell. Says what becomes of it by OpenedAsync and EndedAsync. */
export async function open(screen, owner, path, label) {
  const stop = new AbortController();
  panes.set(screen, { stop });
  await Promise.all([styled(), fontsOf(screen)]);
  if (stop.signal.aborted || !screen.isConnected) return;
  const term = new Terminal({
    fontFamily: fontOf(screen), fontSize: 13, lineHeight: 1.2, scrollback: 5000, cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    minimumContrastRatio: 4.5, screenReaderMode: false, rightClickSelectsWord: false, theme: themeOf(screen),
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  term.loadAddon(new WebLinksAddon((event, address) => window.open(address, '_blank', 'noopener,noreferrer')));
  term.open(screen);
  term.textarea?.setAttribute('aria-label', label);

  const pane = { screen, owner, term, fit, session: null, stop };
  panes.set(screen, pane);
  term.attachCustomKeyEventHandler(event => onKey(pane, event));
  term.onData(text => type(pane.session, new TextEncoder().encode(text)));
  term.onBinary(text => type(pane.session, Uint8Array.from(text, character => character.charCodeAt(0))));
  term.onResize(({ cols, rows }) => tell(pane.session, { resize: [cols, rows] }));
  const resized = new ResizeObserver(() => requestAnimationFrame(() => refit(pane)));
  resized.observe(screen);
  const themed = new MutationObserver(() => { term.options.theme = themeOf(screen); });
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  stop.signal.addEventListener('abort', () => { resized.disconnect(); themed.disconnect(); term.dispose(); });
  refit(pane);
  start(screen, path);
}

/** A new shell in the same terminal; what the old one wrote stays above. */
export function start(screen, path) {
  const pane = panes.get(screen);
  if (!pane?.term) return;
  leave(pane.session);
  if (pane.session) pane.term.write(softReset);
  const address = new URL(path, document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.searchParams.set('cols', pane.term.cols);
  address.searchParams.set('rows', pane.term.rows);
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const session = { socket, end: null, drawn: 0, typed: [], unconfirmed: 0 };
  pane.session = session;
  socket.onmessage = ({ data }) => typeof data === 'string' ? heard(session, JSON.parse(data)) : draw(pane, session, new Uint8Array(data));
  socket.onopen = () => {
    tell(session, { resize: [pane.term.cols, pane.term.rows] });
    if (isShown(pane)) pane.term.focus();
    pane.owner.invokeMethodAsync('OpenedAsync');
  };
  socket.onclose = () => {
    if (pane.session !== session || pane.stop.signal.aborted) return;
    const { exit = null, stopped = false, error = exit === null ? 'lost' : null, detail = null } = session.end ?? {};
    pane.owner.invokeMethodAsync('EndedAsync', exit, stopped, error, detail);
  };
}

/** The tab of the terminal has come to the front. */
export function show(screen) {
  const pane = panes.get(screen);
  if (!pane?.term) return;
  refit(pane);
  pane.term.focus();
}

export function close(screen) {
  const pane = panes.get(screen);
  if (!pane) return;
  panes.delete(screen);
  pane.stop.abort();
  leave(pane.session);
}

function heard(session, message) {
  if (message.ack) {
    session.unconfirmed -= message.ack;
    flush(session);
  } else {
    session.end = message;
  }
}

// The server sends on only when what it sent has been drawn: a flood fills this page's memory by one window at most.
function draw(pane, session, bytes) {
  pane.term.write(bytes, () => {
    session.drawn += bytes.length;
    if (session.drawn < confirmEvery) return;
    tell(session, { ack: session.drawn });
    session.drawn = 0;
  });
}

// A large paste waits here until the shell has taken what went before.
function type(session, bytes) {
  if (session?.socket.readyState !== WebSocket.OPEN) return;
  for (let start = 0; start < bytes.length; start += largestPiece) session.typed.push(bytes.subarray(start, start + largestPiece));
  flush(session);
}

function flush(session) {
  while (session.typed.length > 0 && session.unconfirmed + session.typed[0].length <= largestUnconfirmed && session.socket.readyState === WebSocket.OPEN) {
    const piece = session.typed.shift();
    session.unconfirmed += piece.length;
    session.socket.send(piece);
  }
}

function tell(session, message) {
  if (session?.socket.readyState === WebSocket.OPEN) session.socket.send(JSON.stringify(message));
}

function leave(session) {
  if (!session) return;
  session.socket.onclose = null;
  session.socket.close();
}

function isShown({ screen }) {
  return screen.offsetParent !== null && screen.clientWidth > 0 && screen.clientHeight > 0;
}

// A hidden terminal keeps its size: fitted to nothing it would tell the shell of two columns.
function refit(pane) {
  if (!pane.stop.signal.aborted && isShown(pane)) pane.fit.fit();
}

/** Ctrl+Shift+C copies, Ctrl+Shift+V is the browser's paste, Ctrl+Shift+ArrowUp leaves: a terminal takes Tab, so it needs a way out. */
function onKey({ screen, term }, event) {
  if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.altKey) return true;
  if (event.code === 'KeyV') return false;
  if (event.code === 'KeyC') {
    event.preventDefault();
    copy(term);
    return false;
  }
  if (event.code === 'ArrowUp') {
    event.preventDefault();
    const tab = document.querySelector('[role=tab][aria-selected=true]');
    (tab ?? screen.parentElement).focus();
    return false;
  }
  return true;
}

// Pages that are not secure (plain HTTP by name) have no clipboard object; there xterm answers the copy event.
function copy(term) {
  if (!term.hasSelection()) return;
  if (navigator.clipboard) navigator.clipboard.writeText(term.getSelection()).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
}

let styleSheet;
function styled() {
  styleSheet ??= new Promise(resolve => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = styles;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
  return styleSheet;
}

function fontOf(screen) {
  const font = getComputedStyle(screen).getPropertyValue('--font-mono').trim();
  return font ? `${font}, ${fallbackFont}` : fallbackFont;
}

// Measured before its font has come, every cell would have the wrong width.
function fontsOf(screen) {
  return document.fonts.load(`13px ${fontOf(screen)}`).catch(() => undefined);
}

function themeOf(screen) {
  const background = colour(screen, '--surface', '#101214');
  const foreground = colour(screen, '--text', '#e6e8ea');
  const accent = colour(screen, '--accent', '#6ea6f0');
  return {
    ...(isDark(background) ? onDark : onLight),
    background, foreground, cursor: accent, cursorAccent: background, selectionBackground: accent.replace(/^rgb\(([^)]*)\)$/, 'rgba($1, 0.35)'),
  };
}

// A property may hold any CSS colour or another property; a painted pixel is what xterm can read.
function colour(screen, property, fallback) {
  const probe = document.createElement('span');
  probe.style.color = `var(${property}, ${fallback})`;
  screen.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = computed;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function isDark(rgb) {
  const [red, green, blue] = rgb.match(/\d+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
