// Media of a call: connections as the session wants them, streams for the page, and how well it goes.

import { Figures } from "./figures.js";
import { Ladder, lower, WORDS } from "./ladder.js";
import { Links } from "./links.js";
import { Measuring } from "./measuring.js";
import { sampleOf, worst } from "./quality.js";
import { Sealing } from "./sealing.js";

const SOON = 50; // milliseconds between looks while something is under way
const LATER = 400;
const SECOND = 1000;
const LAYERS = { 720: 2, 360: 1, 180: 0 };
const NO_LAYER = -1;
const SAID = {
  connecting: "Connecting…",
  connected: "Connected.",
  reconnecting: "The connection broke off. Trying again…",
  away: "Their connection broke off. Their place is kept for them.",
};

export class Media {
  #local = new Map();
  #shown = new Map(); // "leg source" -> track
  #states = new Map(); // leg -> what was said of it
  #timer = 0;
  #running = false;
  #measuring = new Measuring();
  #sending = new Ladder();
  #receiving = new Ladder();
  #step = "720";

  constructor(session, hooks = {}) {
    Object.assign(this, { session, hooks });
    const changed = (state, code) => {
      Object.assign(this.seal, { state, code });
      hooks.onSealing?.(state, code);
    };
    this.sealing = new Sealing(session, changed, () => this.links.newest?.sendKeyFrames());
    const tell = { changed: () => this.#show(), closing: (link) => this.numbers.keep(link) };
    this.numbers = new Figures();
    this.links = new Links({ session, sealing: this.sealing, local: this.#local, tell });
    session.on("view", this.#follow);
    session.on("signal", this.#hear);
  }

  seal = { state: "alone", code: "" };

  // This page asks to be in the call of *view* with these tracks of mine: be ready for it.
  prepare(tracks, view) {
    this.#take(tracks);
    this.links.prepare(view, this.#sending.sending);
  }

  // It is in the call.
  enter() {
    this.links.enter();
  }

  // Begin with these tracks of mine: source -> MediaStreamTrack.
  start(tracks) {
    this.#take(tracks);
    this.enter();
    this.#running = true;
    addEventListener("online", this.#seek);
    navigator.connection?.addEventListener("change", this.#seek);
    this.#follow();
    this.#look();
  }

  // Send *track* as *source* from now on; null: nothing. The session is told by `SetTracks`.
  setTrack(source, track) {
    if (track) this.#local.set(source, track);
    else this.#local.delete(source);
    this.links.setTrack(source, track);
  }

  // Stay on a step ("720", "360", "180", "audio"), or find it by what the network carries: "auto".
  setLadder(step) {
    this.#sending.pin(step);
    this.#receiving.pin(step);
    this.#settle();
  }

  stop() {
    this.#running = false;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#seek);
    navigator.connection?.removeEventListener("change", this.#seek);
    this.session.off("view", this.#follow);
    this.session.off("signal", this.#hear);
    this.links.close();
    this.sealing.stop();
  }

  // What was measured, in plain numbers: all in all and for each leg. Resolves to a plain object.
  async figures() {
    await this.#sample();
    const { mode = "", epoch = -1 } = this.links.newest?.plan ?? {};
    return { mode, epoch, step: this.#step, sealing: this.seal, ...this.numbers.of(this.links) };
  }

  #take(tracks) {
    for (const source of new Set([...this.#local.keys(), ...tracks.keys()])) {
      const track = tracks.get(source) ?? null;
      if ((this.#local.get(source) ?? null) !== track) this.setTrack(source, track);
    }
  }

  #seek = () => this.links.seekPath();

  #follow = () => {
    if (!this.#running || !this.session.view) return;
    this.sealing.follow(this.session.view);
    this.links.follow(this.session.view, this.#sending.sending);
  };

  #hear = (signal) => {
    if (signal.signal === "key") this.sealing.hear(signal);
    else if (signal.signal === "need_frame") this.links.newest?.sendKeyFrames();
    else this.links.hear(signal);
  };

  // Look at what comes: often while something changes, else as often as a watchdog must.
  async #look() {
    await this.#sample();
    if (!this.#running) return;
    try {
      this.links.tend();
      this.#measure();
      this.#show();
    } finally {
      this.#next();
    }
  }

  #next() {
    this.#timer = setTimeout(() => this.#look(), this.links.isSettled ? LATER : SOON);
  }

  async #sample() {
    for (const link of this.links.all) {
      link.sample = await sampleOf(link).catch(() => link.sample);
      if (link.sample) this.numbers.note(link);
    }
  }

  #show() {
    const shown = this.links.shown();
    for (const key of new Set([...this.#shown.keys(), ...shown.keys()])) {
      if (this.#shown.get(key) === shown.get(key)) continue;
      const [leg, source] = key.split(" ");
      this.hooks.onStream?.(leg, source, shown.get(key) ?? null);
    }
    this.#shown = shown;
    for (const leg of this.links.plan?.others ?? []) this.#say(leg);
  }

  #say(leg) {
    const state = this.#stateOf(leg);
    if (this.#states.get(leg.id) === state) return;
    this.#states.set(leg.id, state);
    this.hooks.onState?.(leg.id, state, SAID[state]);
  }

  #stateOf({ id, state }) {
    const { all } = this.links;
    const isSilent = this.links.silence(id) > SECOND * 2;
    if (all.some((link) => link.isConnected) && !isSilent) return "connected";
    if (state === "returning") return "away";
    const before = this.#states.get(id) ?? "connecting";
    return before === "connecting" ? before : "reconnecting";
  }

  // What was measured in the last second, to the page and to the ladder.
  #measure() {
    const { links, session, hooks } = this;
    const measured = this.#measuring.take(links.newest, this.#step, (leg) => links.silence(leg));
    if (!measured) return;
    const { heard, sent } = measured;
    for (const [leg, quality] of heard) hooks.onQuality?.(leg, inWords(quality));
    hooks.onQuality?.(session.leg, inWords({ ...sent, step: this.#step }));
    const words = heard.map(([, { word }]) => word);
    const isLost = words.length > 0 && words.every((word) => word === "lost");
    this.#sending.hear(isLost ? "lost" : sent.word);
    this.#receiving.hear(worst(words));
    this.#settle();
  }

  #settle() {
    const { newest } = this.links;
    const relayed = newest?.plan.mode === "relay";
    const step = relayed ? lower(this.#sending.step, this.#receiving.step) : this.#sending.step;
    newest?.preferLayer?.(LAYERS[this.#receiving.step] ?? NO_LAYER);
    newest?.receivePictures?.(this.#sending.sending === "audio");
    if (newest && newest.step !== this.#sending.sending) this.links.setStep(this.#sending.sending);
    if (step === this.#step) return;
    this.#step = step;
    this.hooks.onStep?.(step, WORDS[step]);
  }
}

// As people say it: loss in per cent, the way there and back in milliseconds.
function inWords(quality) {
  return { ...quality, loss: quality.loss * 100, rtt: Math.round(quality.rtt * 1000) };
}
