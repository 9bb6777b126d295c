// Keep the sections of a page fresh, told of changes by event number over the page's websocket.
//
// A section says which address it shows (data-address) and up to which event (data-seq). When there
// is more, the page is read anew through the same door, and its sections take the places of the old.
// A section that comes from elsewhere (data-from) is read from there alone.

import { parsePage } from "./trusted.js";
import { Close, socket } from "./socket.js";
import { swap } from "./swap.js";

const AGAIN = 3000;
const REST = 500;
const PROBE = 25_000;
const SAID = {
  [Close.TOO_MANY_FRAMES]: "Live updates paused: this page sent too much.",
  [Close.SIGNED_OUT]: "You are signed out.",
  [Close.TOO_MANY_SOCKETS]: "Live updates moved to a newer window of yours.",
};
const ANSWER_TO_A_FORM = 405; // what a form was answered with can't be read anew

const sections = () => [...document.querySelectorAll("[data-address]")];
const sourceOf = (section) => section.dataset.from || location.href;

class Live {
  reading = false;
  stale = new Set();

  start() {
    socket.on("open", () => this.watch());
    socket.on("watching", () => isLive() || show("live", "Live"));
    socket.on("changed", (frame) => this.read(frame.address));
    socket.on("closed", (code) => this.closed(code));
    setInterval(() => this.watch(), PROBE);
    socket.start();
  }

  // Ask to be told; done again now and then, it shows whether the line is still there.
  watch() {
    const seen = new Map();
    for (const section of sections()) {
      const { address, seq } = section.dataset;
      seen.set(address, Math.min(seen.get(address) ?? Infinity, Number(seq)));
    }
    for (const [address, after] of seen) socket.send({ type: "watch", address, after }, true);
  }

  async read(address) {
    this.stale.add(address);
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.stale.size) {
        const sources = await this.readStale();
        const isOwn = sources.has(location.href); // and not only what stands on every page
        show("live", isOwn ? `Live, updated ${new Date().toLocaleTimeString()}` : "Live");
        await new Promise((done) => setTimeout(done, REST)); // what comes meanwhile is read at once
      }
    } catch {
      setTimeout(() => this.read(address), AGAIN);
    } finally {
      this.reading = false;
    }
  }

  async readStale() {
    const stale = sections().filter((section) => this.stale.has(section.dataset.address));
    this.stale.clear();
    const sources = new Set(stale.map(sourceOf));
    for (const source of sources) await refresh(source);
    return sources;
  }

  closed(code) {
    if (!(code in SAID)) return show("retry", "Reconnecting…");
    show("off", SAID[code]);
    if (code === Close.SIGNED_OUT) location.reload();
  }
}

async function refresh(source) {
  const answer = await fetch(source);
  if (answer.redirected || answer.status === 401) return location.reload();
  if (answer.status === ANSWER_TO_A_FORM) return;
  if (!answer.ok) throw new Error(`The page answered ${answer.status}.`);
  const newer = parsePage(await answer.text());
  for (const section of sections().filter((one) => sourceOf(one) === source)) {
    const found = newer.getElementById(section.id);
    if (found && Number(found.dataset.seq) >= Number(section.dataset.seq)) swap(section, found);
  }
  if (source === location.href) addNewSections(newer);
}

// A section that the page did not have before (the board's newest department) needs the whole page.
function addNewSections(newer) {
  const known = new Set(sections().map((section) => section.id));
  const unknown = [...newer.querySelectorAll("[data-address]")].some((one) => !known.has(one.id));
  if (unknown && document.activeElement === document.body) location.reload();
}

function isLive() {
  return document.getElementById("live")?.dataset.state === "live";
}

function show(state, words) {
  const status = document.getElementById("live");
  if (!status) return;
  status.hidden = false;
  status.dataset.state = state;
  status.textContent = words;
}

export function startLive() {
  if (sections().length) new Live().start();
}
