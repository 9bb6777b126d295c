// End to end: frames are encrypted for exactly those who are in the call, when all of them can.
//
// My frame key is new whenever somebody comes or goes, and is told to each page, wrapped for it
// alone; to the recorder only while it runs. The frames themselves pass through `sealer.js`.

import { scriptAt } from "../trusted.js";
import { canSeal, checkCode } from "./keys.js";
import { isInside, legOf, legsOf } from "./legs.js";

const KEY_BYTES = 32;
const PREFIX_BYTES = 4;
const KIDS = 256;
const MOST_EARLY = 64;

let numbered = 0;

export class Sealing {
  #worker = canSeal() ? new Worker(scriptAt("/static/js/call/sealer.js")) : null;
  #mine = null; // {kid, bytes}
  #readers = ""; // the legs for which my key was drawn
  #told = new Set(); // legs that have it
  #early = []; // keys of legs that the view does not show yet
  #turn = Promise.resolve();
  #said = "";
  #seen = new Set([0]); // transforms that have got a frame; 0: none is needed
  #unseen = new Map(); // transform -> what to do once it has

  // *changed* is told "on", "recorded", "unsupported" or "alone", and the six-digit check code;
  // *renewed* that frames leave under another key from now on, of which new readers need a whole one.
  constructor(session, changed, renewed = () => {}) {
    Object.assign(this, { session, changed, renewed });
    if (this.#worker) this.#worker.onmessage = ({ data }) => this.#saw(data);
  }

  // The number of the key under which my frames leave; -1: of none yet.
  get kid() {
    return this.#mine?.kid ?? -1;
  }

  // Encrypt what this sender sends. Returns a number for `hasSeen`.
  seal(sender, kind) {
    if (!this.#worker) return 0;
    sender.transform = this.#transform({ side: "send", kind });
    return numbered;
  }

  // Decrypt what this receiver gets from *leg*. Returns a number for the others here.
  open(receiver, kind, leg) {
    if (!this.#worker) return 0;
    receiver.transform = this.#transform({ side: "receive", kind, leg });
    return numbered;
  }

  // Whether frames pass through it. In some browsers they may go by it, one time in hundreds.
  hasSeen(id) {
    return this.#seen.has(id);
  }

  whenSeen(id, go) {
    if (this.hasSeen(id)) go();
    else this.#unseen.set(id, go);
  }

  assign(id, leg) {
    this.#worker?.postMessage({ what: "assign", id, leg });
  }

  drop(id) {
    this.#unseen.delete(id);
    this.#worker?.postMessage({ what: "drop", id });
  }

  // Be as *view* says; what is asked at the same time is done one after the other.
  follow(view) {
    this.#turn = this.#turn.then(() => this.#follow(view));
    return this.#turn;
  }

  hear({ leg, body }) {
    this.#early = [...this.#early, { leg, body }].slice(-MOST_EARLY);
    this.#turn = this.#turn.then(() => this.#learn());
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #saw(id) {
    this.#seen.add(id);
    this.#unseen.get(id)?.();
    this.#unseen.delete(id);
  }

  #transform(options) {
    numbered += 1;
    return new RTCRtpScriptTransform(this.#worker, { id: numbered, ...options });
  }

  async #follow(view) {
    const legs = legsOf(view).filter(isInside);
    const on = canSeal() && legs.every((leg) => leg.key);
    this.#worker?.postMessage({ what: "sealed", on });
    if (on) await this.#share(view, legs);
    await this.#learn();
    await this.#report(view, legs, on);
  }

  async #share(view, legs) {
    const readers = [...legs.filter((leg) => leg.id !== this.session.leg), ...recorderOf(view)];
    const names = readers.map((reader) => reader.id).sort().join(" ");
    // Who can't be told at this moment would hear nothing under a new key.
    const isAway = legs.some((leg) => leg.state === "returning");
    if (!this.#mine || (names !== this.#readers && !isAway)) await this.#draw(names);
    for (const reader of readers) if (!this.#told.has(reader.id)) await this.#tellKey(reader);
  }

  async #draw(names) {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    const prefix = crypto.getRandomValues(new Uint8Array(PREFIX_BYTES));
    const kid = this.#mine ? (this.#mine.kid + 1) % KIDS : 0;
    this.#mine = { kid, bytes };
    this.#readers = names;
    this.#told.clear();
    this.#worker.postMessage({ what: "mine", kid, prefix, key: await frameKey(bytes, "encrypt") });
    if (kid > 0) this.renewed();
  }

  async #tellKey({ id, key }) {
    const { session } = this;
    const { kid, bytes } = this.#mine;
    const names = { call: session.call, from: session.leg, to: id };
    const wrapped = await session.key.wrap(bytes, key, names).catch(() => null);
    this.#told.add(id);
    if (wrapped) session.sendSignal(id, "key", JSON.stringify({ kid, wrapped }));
  }

  // Learn the keys that have come, of legs whose public key is known.
  async #learn() {
    for (const early of this.#early.splice(0)) {
      const { leg, body } = early;
      const known = legOf(this.session.view, leg);
      if (known) await this.#unwrap(known, JSON.parse(body)).catch(() => {});
      else this.#early.push(early);
    }
  }

  async #unwrap({ id, key }, { kid, wrapped }) {
    const { session } = this;
    const names = { call: session.call, from: id, to: session.leg };
    const bytes = await session.key.unwrap(wrapped, key, names);
    const theirs = { what: "theirs", leg: id, kid, key: await frameKey(bytes, "decrypt") };
    this.#worker?.postMessage(theirs);
  }

  async #report(view, legs, on) {
    const state = stateOf(view, legs, on);
    const code = on && legs.length > 1 ? await checkCode(legs.map((leg) => leg.key)) : "";
    if (`${state} ${code}` === this.#said) return;
    this.#said = `${state} ${code}`;
    this.changed(state, code);
  }
}

function stateOf(view, legs, on) {
  if (legs.length < 2) return "alone";
  if (!on) return "unsupported";
  return recorderOf(view).length ? "recorded" : "on";
}

// The recorder, while it runs and has a key: everybody has agreed then.
function recorderOf({ recording }) {
  const key = recording?.running && recording.recording.key;
  return key ? [{ id: recording.recording.id, key }] : [];
}

function frameKey(bytes, use) {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [use]);
}
