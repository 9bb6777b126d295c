// Keep the sections of a page fresh: one websocket, told of changes by event number.
//
// A section says which address it shows (data-address) and up to which event (data-seq). When there
// is more, the page is read anew through the same door, and its sections take the places of the old.

import { parsePage } from "./parse.js";
import { swap } from "./swap.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const SIGNED_OUT = 4401;
const SAID = {
  1008: "Live updates paused: this page sent too much.",
  4401: "You are signed out.",
  4409: "Live updates moved to a newer window of yours.",
};
const FINAL = new Set(Object.keys(SAID).map(Number));
const TOO_MANY_WINDOWS = 4409;
const ANSWER_TO_A_FORM = 405; // what a form was answered with can't be read anew

const sections = () => [...document.querySelectorAll("[data-address]")];

class Live {
  pause = FIRST_PAUSE;
  reading = false;
  again = false;

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/live`);
    this.socket.onopen = () => this.watch();
    this.socket.onmessage = (message) => this.hear(JSON.parse(message.data));
    this.socket.onclose = (event) => this.closed(event.code);
  }

  watch() {
    this.pause = FIRST_PAUSE;
    const seen = new Map();
    for (const section of sections()) {
      const { address, seq } = section.dataset;
      seen.set(address, Math.min(seen.get(address) ?? Infinity, Number(seq)));
    }
    for (const [address, after] of seen) {
      this.socket.send(JSON.stringify({ type: "watch", address, after }));
    }
  }

  hear(frame) {
    if (frame.type === "watching" && !isLive()) show("live", "Live");
    if (frame.type === "changed") this.read();
  }

  async read() {
    this.again = true;
    if (this.reading) return;
    this.reading = true;
    try {
      while (this.again) {
        this.again = false;
        await refresh();
      }
      show("live", `Live, updated ${new Date().toLocaleTimeString()}`);
    } catch {
      setTimeout(() => this.read(), LONGEST_PAUSE / 5);
    } finally {
      this.reading = false;
    }
  }

  closed(code) {
    if (FINAL.has(code)) {
      show("off", SAID[code]);
      if (code === SIGNED_OUT) location.reload();
      if (code === TOO_MANY_WINDOWS) this.openWhenSeen();
      return;
    }
    show("retry", "Reconnecting…");
    setTimeout(() => this.open(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  // One window too many: this one goes on when somebody comes back to it.
  openWhenSeen() {
    const seen = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", seen);
      this.open();
    };
    document.addEventListener("visibilitychange", seen);
  }
}

async function refresh() {
  const answer = await fetch(location.href);
  if (answer.redirected || answer.status === 401) return location.reload();
  if (answer.status === ANSWER_TO_A_FORM) return;
  if (!answer.ok) throw new Error(`The page answered ${answer.status}.`);
  const newer = parsePage(await answer.text());
  for (const section of sections()) {
    const found = newer.getElementById(section.id);
    if (found && Number(found.dataset.seq) >= Number(section.dataset.seq)) swap(section, found);
  }
  addNewSections(newer);
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
  if (sections().length) new Live().open();
}
