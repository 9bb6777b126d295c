// The page's one websocket. Live sections and chat both speak through it; see sockets/frames.py.
//
// A line that is lost is opened again: after a pause that grows, and at once when the network is back
// or somebody looks at the page again. Where an answer is due and nothing comes, the line is dead.

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 15_000;
const HELD = 500; // a line that held so long was a good one: the next pause is the first again
const SILENCE = 15_000;

export const Close = { LOST: 1006, TOO_MANY_FRAMES: 1008, SIGNED_OUT: 4401, TOO_MANY_SOCKETS: 4409 };
const UNTIL_SEEN = new Set([Close.TOO_MANY_FRAMES, Close.TOO_MANY_SOCKETS]);

export class Lost extends Error {}

export class Socket {
  #line = null;
  #pause = FIRST_PAUSE;
  #openedAt = Infinity;
  longestPause = LONGEST_PAUSE; // who is in a call waits no longer than its session says
  #retry = 0;
  #silence = 0;
  #started = false;
  #rests = false; // closed for good, or until somebody looks at this page again
  #listeners = new Map();
  #asked = new Map();

  // *path*: where the line is opened; who is a guest of one call has another one.
  constructor(path = "/live") {
    this.path = path;
  }

  // True while frames can be sent.
  get isOpen() {
    return this.#line?.readyState === WebSocket.OPEN;
  }

  // Call *listener* for each frame of that type, and for "open" and "closed" (with the code).
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
  }

  start() {
    if (this.#started) return;
    this.#started = true;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#line && this.#closed(this.#line, Close.LOST));
    document.addEventListener("visibilitychange", () => this.#seen());
    this.#open();
  }

  // Hear and say nothing more on this page.
  stop() {
    const line = this.#line;
    this.#line = null;
    this.#rests = true;
    clearTimeout(this.#retry);
    line?.close();
  }

  // Send a frame; return whether there was a line to send it on. *answered*: something must come.
  send(frame, answered = false) {
    if (!this.isOpen) return false;
    this.#line.send(JSON.stringify(frame));
    if (answered && !this.#silence) this.#listen();
    return true;
  }

  // Send a frame with an id; resolve to the frame that answers it. Without a line: `Lost`.
  ask(frame) {
    return new Promise((resolve, reject) => {
      if (!this.send(frame, true)) return reject(new Lost());
      this.#asked.set(frame.id, { resolve, reject });
    });
  }

  #open() {
    clearTimeout(this.#retry);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const line = new WebSocket(`${scheme}//${location.host}${this.path}`);
    this.#line = line;
    line.onopen = () => line === this.#line && this.#opened();
    line.onmessage = (message) => line === this.#line && this.#hear(JSON.parse(message.data));
    line.onclose = (event) => this.#closed(line, event.code);
  }

  #opened() {
    this.#openedAt = performance.now();
    this.#tell("open");
  }

  #hear(frame) {
    clearTimeout(this.#silence);
    this.#silence = 0;
    const asked = frame.id && this.#asked.get(frame.id);
    if (asked) {
      this.#asked.delete(frame.id);
      asked.resolve(frame);
    }
    if (this.#asked.size) this.#listen();
    this.#tell(frame.type, frame);
  }

  #listen() {
    const line = this.#line;
    this.#silence = setTimeout(() => this.#closed(line, Close.LOST), SILENCE);
  }

  #closed(line, code) {
    if (line !== this.#line) return;
    this.#line = null;
    line.close();
    clearTimeout(this.#silence);
    this.#silence = 0;
    if (performance.now() - this.#openedAt > HELD) this.#pause = FIRST_PAUSE;
    this.#openedAt = Infinity;
    for (const { reject } of this.#asked.values()) reject(new Lost());
    this.#asked.clear();
    this.#rests = code === Close.SIGNED_OUT || UNTIL_SEEN.has(code);
    if (!this.#rests) this.#openLater();
    this.#tell("closed", code);
    if (UNTIL_SEEN.has(code)) this.#rests = "until seen";
  }

  // A browser that believes to be without a network may err: it is tried all the same, seldom.
  #openLater() {
    if (!navigator.onLine) this.#pause = this.longestPause;
    this.#retry = setTimeout(() => this.#open(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, this.longestPause);
  }

  // The network is back: do not wait for the pause to end, nor trust a line from before.
  #hurry() {
    if (this.#rests || this.isOpen) return;
    this.#line = null;
    this.#pause = FIRST_PAUSE;
    this.#open();
  }

  #seen() {
    if (document.visibilityState !== "visible") return;
    if (this.#rests === "until seen") this.#rests = false;
    if (!this.#line) this.#hurry();
  }

  #tell(type, what) {
    for (const listener of this.#listeners.get(type) ?? []) listener(what);
  }
}

export const socket = new Socket();
