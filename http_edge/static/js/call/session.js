// What this page knows of its call session, and how it speaks to it; see sockets/call_frames.py.
//
// The page is one leg of the call. It attends: every change comes as a whole view, and signals come
// by number, over this line or the next. Whatever is done here is sent until it was answered.

import { Close, Lost } from "../socket.js";
import { PageKey } from "./keys.js";
import { legOf, legsOf } from "./legs.js";
import { Signals } from "./signals.js";

const HEARD_EVERY = 5000;
const BACK_WITHIN = 3000; // milliseconds between attempts at a line: others wait for this page
const AGAIN = 400;
const MOST_UNHEARD = 300;
const ENTERING = new Set(["TakeSeat", "JoinCall"]);
const LEAVING = new Set(["LeaveCall", "EndCall"]);
const OF_A_LEG = new Set([...ENTERING, "LeaveCall", "SetTracks", "ReportPath"]);
const SIGNED_OUT = { code: "not_signed_in", sentence: "" };
const STOPPED = { type: "refused", code: "stopped", sentence: "This page is over.", again: false };

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Session {
  #listeners = new Map();
  #entered = null; // what made our place, to be done again when the line broke
  #tracks = null; // the newest SetTracks
  #back = false; // the next view is the first of a new line
  #opened = [];
  #unheard = []; // signals that came before anybody listened
  #stopped = false;

  view = null;
  seq = -1;
  leg = crypto.randomUUID();
  key = new PageKey();

  constructor(socket, { call, me }) {
    Object.assign(this, { socket, call, me });
    this.signals = new Signals(socket, call, this.leg);
    socket.longestPause = BACK_WITHIN;
    socket.on("open", () => this.#attend());
    socket.on("call", (frame) => this.#isOurs(frame) && this.#see(frame));
    socket.on("signal", (frame) => this.#isOurs(frame) && this.#hear(frame));
    socket.on("refused", (frame) => this.#isUnheard(frame) && this.#tell("refused", frame));
    socket.on("held", (frame) => this.#isOurs(frame) && this.signals.held(frame));
    socket.on("closed", (code) => code === Close.SIGNED_OUT && this.#tell("refused", SIGNED_OUT));
    this.beat = setInterval(() => this.#beat(), HEARD_EVERY);
    if (socket.isOpen) this.#attend();
    socket.start();
  }

  // The leg of this page as the session has it; null: it has none.
  get mine() {
    return legOf(this.view, this.leg);
  }

  // Call *listener* with each "view", with each "signal" ({leg, signal, body}), at "open", and when
  // the page is told no more ("refused": {code, sentence}).
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    if (type === "signal") for (const signal of this.#unheard.splice(0)) listener(signal);
  }

  off(type, listener) {
    this.#listeners.get(type)?.delete(listener);
  }

  // Do *act* ({type: "JoinCall", ...}; leg and key are known here). Resolves, once the session has
  // decided, to its `acted` or `refused`.
  async act(act) {
    const whole = await this.#whole(act);
    if (ENTERING.has(act.type)) this.#entered = whole;
    if (LEAVING.has(act.type)) this.#entered = null;
    if (act.type === "SetTracks") this.#keepTracks(whole);
    const answer = await this.#ask({ type: "do", act: whole });
    if (answer.type === "refused" && this.#entered === whole) this.#entered = null;
    return answer;
  }

  // Tell leg *to* something: a "description", "candidate", "key" or "need_frame".
  sendSignal(to, signal, body = "") {
    this.signals.tell(to, signal, body);
  }

  // Offer {epoch, neg, sdp, sends, receives, echo} to the relay: resolves to `answer` or `refused`.
  offer(offer) {
    return this.#ask({ type: "offer", leg: this.leg, ...offer });
  }

  // Ask for video of *of* in at most this layer. It may be lost: what counts is said again.
  prefer({ epoch, of, layer }) {
    const { call, leg } = this;
    return this.socket.send({ type: "layer", call, leg, epoch, of, layer });
  }

  // Hear and say nothing more.
  stop() {
    this.#stopped = true;
    clearInterval(this.beat);
    this.socket.send({ type: "unattend", call: this.call });
    for (const go of this.#opened.splice(0)) go();
  }

  async #whole(act) {
    const leg = OF_A_LEG.has(act.type) ? { leg: this.leg } : {};
    const key = act.type === "JoinCall" ? { key: await this.key.raw() } : {};
    return { ...leg, ...key, ...act };
  }

  #keepTracks(act) {
    this.#tracks = act;
    if (this.#entered?.type === "JoinCall") this.#entered = { ...this.#entered, sends: act.sends };
  }

  async #ask(what) {
    const frame = { id: crypto.randomUUID(), call: this.call, ...what };
    while (!this.#stopped) {
      const answer = await this.socket.ask(frame).catch(lineLost);
      if (answer && !answer.again) return answer;
      await (this.socket.isOpen ? pause(AGAIN) : this.#line());
    }
    return STOPPED;
  }

  #line() {
    return new Promise((resolve) => this.#opened.push(resolve));
  }

  #isOurs({ call }) {
    return call === this.call && !this.#stopped;
  }

  // Without an id and for good: we are told of our call no more.
  #isUnheard({ address, id, again }) {
    return address === `call_session/${this.call}` && !id && !again && !this.#stopped;
  }

  #attend() {
    if (this.#stopped) return;
    const { call, leg } = this;
    const { run, number } = this.signals;
    this.#back = true;
    this.socket.send({ type: "attend", call, leg, run, number }, true);
    this.signals.again(0);
    for (const go of this.#opened.splice(0)) go();
    this.#tell("open");
  }

  #beat() {
    this.signals.heard();
    this.signals.again();
  }

  #see({ seq, view }) {
    if (seq < this.seq) return;
    const before = this.view;
    Object.assign(this, { seq, view });
    const recorder = view.recording?.recording.id;
    this.signals.keepOnly(new Set([...legsOf(view).map((leg) => leg.id), recorder]));
    this.#return(before);
    this.#tell("view", view);
  }

  // Take up our place again: it is kept for a while when the line broke, or was given up meanwhile.
  #return(before) {
    const back = this.#back;
    this.#back = false;
    const { mine, view } = this;
    const gone = !mine && back && legOf(before, this.leg) && before.number === view.number;
    if (!this.#entered || !(mine?.state === "returning" || (gone && this.#isOurPlace()))) return;
    const { ring, ...rest } = this.#entered;
    this.#ask({ type: "do", act: ring ? { ...rest, ring: false } : this.#entered }); // nobody is rung for that
    if (this.#tracks) this.#ask({ type: "do", act: this.#tracks });
  }

  // The call goes on, and no newer page of ours is in it.
  #isOurPlace() {
    const { view, me } = this;
    return Boolean(view.started_at) && !legsOf(view).some((leg) => leg.user === me);
  }

  #hear(frame) {
    if (!this.signals.take(frame)) return;
    if (this.#listeners.get("signal")?.size) return this.#tell("signal", frame);
    this.#unheard = [...this.#unheard, frame].slice(-MOST_UNHEARD);
  }

  #tell(type, what) {
    for (const listener of this.#listeners.get(type) ?? []) listener(what);
  }
}

function lineLost(error) {
  if (!(error instanceof Lost)) throw error;
  return null;
}
